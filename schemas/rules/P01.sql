-- id = "P01"
-- version = 1
-- name = "placement-outside-agreement"
-- severity = "error"
-- subject = ["agreement_id", "placement_id"]
-- parameters = ["valid_from", "valid_to"]
-- valid_from = 2016-01-01
-- [da]
-- title = "Forløb uden for aftalens løbetid"
-- message = "Forløbet {placement_id} løber {start} – {last_day}, men aftalen {agreement_id} {breach_da} {bound}."
-- explanation = "Pladser og mentortimer kan kun afregnes, mens partnerskabsaftalen gælder. De dage, hvor et forløb ligger uden for løbetiden, har ingen aftale at stå på."
-- cure = "Ret forløbets datoer, eller registrér den aftale, der gælder for de øvrige dage."
-- basis = "Partnerskabsaftalen, felterne valid_from og valid_to"
-- [en]
-- title = "Placement outside the agreement's term"
-- message = "Placement {placement_id} runs {start} – {last_day}, but agreement {agreement_id} {breach_en} {bound}."
-- explanation = "Places and mentor hours can only be settled while the partnership agreement is valid. The days on which a placement lies outside its term have no agreement to stand on."
-- cure = "Correct the placement's dates, or register the agreement that holds for the other days."
-- basis = "The partnership agreement, fields valid_from and valid_to"
WITH extended AS (
    SELECT
        placement_id,
        string_agg(
            'extensions/new_planned_end/' || placement_id || '|' || CAST(decided_on AS VARCHAR),
            chr(10) ORDER BY decided_on
        ) AS cells
    FROM extensions
    GROUP BY placement_id
)
SELECT
    l.agreement_id,
    l.placement_id,
    'placements/start/' || COALESCE(l.placement_id, '')
        || chr(10) || 'placements/planned_end/' || COALESCE(l.placement_id, '')
        || chr(10) || 'placements/actual_end/' || COALESCE(l.placement_id, '')
        || COALESCE(chr(10) || e.cells, '') AS evidence,
    l.start,
    l.last_day,
    CASE WHEN l.start < a.valid_from THEN a.valid_from ELSE a.valid_to END AS bound,
    CASE WHEN l.start < a.valid_from THEN 'begynder først' ELSE 'slutter allerede' END AS breach_da,
    CASE WHEN l.start < a.valid_from THEN 'only begins' ELSE 'already ends' END AS breach_en
FROM last_day AS l
JOIN agreements AS a ON a.agreement_id = l.agreement_id
LEFT JOIN extended AS e ON e.placement_id = l.placement_id
WHERE l.start < a.valid_from OR l.last_day > a.valid_to
