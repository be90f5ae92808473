-- id = "P09"
-- version = 1
-- name = "extended-without-decision"
-- severity = "error"
-- subject = ["agreement_id", "placement_id"]
-- parameters = []
-- valid_from = 2016-01-01
-- [da]
-- title = "Forlænget uden beslutning"
-- message = "Forløbet {placement_id} sluttede {actual_end}, men var planlagt til {planned_end}, og ingen forlængelse er både besluttet i tide og dækker slutdatoen."
-- explanation = "Et forløb må kun fortsætte efter den planlagte slutdato, når jobcenteret har vurderet det konkret og besluttet en forlængelse, inden forløbet sluttede."
-- cure = "Registrér beslutningen om forlængelse med dato og ny slutdato, eller ret forløbets slutdato."
-- basis = "Lov om en aktiv beskæftigelsesindsats § 61, forlængelse efter en konkret vurdering (elov.dk/lov-om-en-aktiv-beskaeftigelsesindsats/paragraf/61/)"
-- [en]
-- title = "Extended without a decision"
-- message = "Placement {placement_id} ended {actual_end} but was planned to end {planned_end}, and no extension was both decided in time and covers that end."
-- explanation = "A placement may only go on past its planned end when the jobcentre has assessed it and decided on an extension before it ended."
-- cure = "Register the decision to extend with its date and the new end, or correct the placement's end."
-- basis = "Active Employment Measures Act § 61, extension after a concrete assessment (elov.dk/lov-om-en-aktiv-beskaeftigelsesindsats/paragraf/61/)"
WITH decided AS (
    SELECT
        e.placement_id,
        max(CASE WHEN e.decided_on <= p.actual_end AND p.actual_end <= e.new_planned_end THEN 1 ELSE 0 END) AS covers,
        string_agg(
            'extensions/decided_on/' || e.placement_id || '|' || CAST(e.decided_on AS VARCHAR)
                || chr(10) || 'extensions/new_planned_end/' || e.placement_id || '|' || CAST(e.decided_on AS VARCHAR),
            chr(10) ORDER BY e.decided_on
        ) AS cells
    FROM extensions AS e
    JOIN placements AS p ON p.placement_id = e.placement_id
    GROUP BY e.placement_id
)
SELECT
    p.agreement_id,
    p.placement_id,
    'placements/actual_end/' || COALESCE(p.placement_id, '')
        || chr(10) || 'placements/planned_end/' || COALESCE(p.placement_id, '')
        || COALESCE(chr(10) || d.cells, '') AS evidence,
    p.planned_end,
    p.actual_end
FROM placements AS p
LEFT JOIN decided AS d ON d.placement_id = p.placement_id
WHERE p.actual_end > p.planned_end AND COALESCE(d.covers, 0) = 0
