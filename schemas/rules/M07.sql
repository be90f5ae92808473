-- id = "M07"
-- version = 1
-- name = "hours-in-the-future"
-- severity = "error"
-- subject = ["agreement_id", "placement_id", "reporter", "entry_id"]
-- parameters = []
-- valid_from = 2016-01-01
-- [da]
-- title = "Mentortimer registreret på forhånd"
-- message = "Ifølge {side_da} er {hours} mentortimer den {date} i forløbet {placement_id} registreret allerede {registered_on}."
-- explanation = "Der betales for timer, som er givet. En registrering, der er ældre end timerne, er et skøn eller en plan, eller en af datoerne er forkert."
-- cure = "Ret timernes dato eller registreringsdatoen."
-- basis = "Bekendtgørelse om en aktiv beskæftigelsesindsats § 122, faktiske timer (elov.dk/bekendtgorelse-om-en-aktiv-beskaeftigelsesindsats/paragraf/122/)"
-- [en]
-- title = "Mentor hours registered in advance"
-- message = "According to the {side_en}, {hours} mentor hours on {date} in placement {placement_id} were registered as early as {registered_on}."
-- explanation = "Hours that were given are paid. A registration older than its hours is an estimate or a plan, or one of the dates is wrong."
-- cure = "Correct the date of the hours or the date of registration."
-- basis = "Executive Order on active employment measures § 122, actual hours (elov.dk/bekendtgorelse-om-en-aktiv-beskaeftigelsesindsats/paragraf/122/)"
SELECT
    agreement_id,
    placement_id,
    reporter,
    entry_id,
    round(CAST(hours AS DECIMAL(38, 2)) * hourly_rate * 100) AS amount_ore,
    'mentor_hours/date/' || COALESCE(reporter, '') || '|' || COALESCE(entry_id, '')
        || chr(10) || 'mentor_hours/registered_on/' || COALESCE(reporter, '') || '|' || COALESCE(entry_id, '')
        AS evidence,
    date,
    registered_on,
    hours,
    CASE reporter WHEN 'company' THEN 'virksomheden' ELSE 'jobcenteret' END AS side_da,
    reporter AS side_en
FROM hours
WHERE date > registered_on
