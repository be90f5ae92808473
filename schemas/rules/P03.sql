-- id = "P03"
-- version = 1
-- name = "placement-too-long"
-- severity = "error"
-- subject = ["agreement_id", "placement_id"]
-- parameters = ["max_weeks"]
-- valid_from = 2016-01-01
-- [da]
-- title = "Forløb længere end aftalt"
-- message = "Forløbet {placement_id} er på {days} dage ({start} – {last_day}), men aftalen tillader højst {max_weeks} uger, dvs. {max_days} dage."
-- explanation = "En virksomhedspraktik må ikke vare længere, end loven og aftalen tillader. Er forløbet forlænget ud over den planlagte slutdato, vurderes det af P09 i stedet."
-- cure = "Ret start- eller slutdatoen, eller afkort forløbet til det aftalte antal uger."
-- basis = "Lov om en aktiv beskæftigelsesindsats § 61 (elov.dk/lov-om-en-aktiv-beskaeftigelsesindsats/paragraf/61/); partnerskabsaftalen, feltet max_weeks"
-- [en]
-- title = "Placement longer than agreed"
-- message = "Placement {placement_id} lasts {days} days ({start} – {last_day}), but the agreement allows at most {max_weeks} weeks, that is {max_days} days."
-- explanation = "A company placement may not last longer than the law and the agreement allow. Where it was extended past its planned end, P09 judges it instead."
-- cure = "Correct the start or end date, or shorten the placement to the agreed number of weeks."
-- basis = "Active Employment Measures Act § 61 (elov.dk/lov-om-en-aktiv-beskaeftigelsesindsats/paragraf/61/); the partnership agreement, field max_weeks"
WITH measured AS (
    SELECT
        l.agreement_id,
        l.placement_id,
        l.start,
        l.last_day,
        l.last_day - l.start + 1 AS days,
        CAST(COALESCE(a.max_weeks, 26) AS BIGINT) AS max_weeks
    FROM last_day AS l
    JOIN agreements AS a ON a.agreement_id = l.agreement_id
    WHERE l.last_day <= l.planned_end
)
SELECT
    agreement_id,
    placement_id,
    'placements/start/' || COALESCE(placement_id, '')
        || chr(10) || 'placements/planned_end/' || COALESCE(placement_id, '')
        || chr(10) || 'placements/actual_end/' || COALESCE(placement_id, '') AS evidence,
    start,
    last_day,
    days,
    max_weeks,
    7 * max_weeks AS max_days
FROM measured
WHERE days > 7 * max_weeks
