-- id = "D02"
-- version = 1
-- name = "late-registration"
-- severity = "warning"
-- subject = ["agreement_id", "placement_id", "reporter", "entry_id"]
-- parameters = ["registration_days"]
-- valid_from = 2016-01-01
-- [da]
-- title = "Mentortimer registreret for sent"
-- message = "{hours} mentortimer den {date} i forløbet {placement_id} {state_da}; revisor kræver registrering inden {limit} dage."
-- explanation = "Timer, der skrives ned længe efter, bygger på hukommelsen og er svære at efterprøve. Derfor kræver revisor, at de registreres kort efter, at de er givet."
-- cure = "Angiv registreringsdatoen, eller notér, hvorfor timerne er registreret for sent."
-- basis = "Revisorprofilens krav registration_days; bekendtgørelse om en aktiv beskæftigelsesindsats § 122, faktiske timer (elov.dk/bekendtgorelse-om-en-aktiv-beskaeftigelsesindsats/paragraf/122/)"
-- [en]
-- title = "Mentor hours registered late"
-- message = "{hours} mentor hours on {date} in placement {placement_id} {state_en}; the auditor asks for registration within {limit} days."
-- explanation = "Hours written down long afterwards rest on memory and are hard to verify. So the auditor asks that they be registered soon after they were given."
-- cure = "State the date of registration, or note why the hours were registered late."
-- basis = "The auditor profile's demand registration_days; Executive Order on active employment measures § 122, actual hours (elov.dk/bekendtgorelse-om-en-aktiv-beskaeftigelsesindsats/paragraf/122/)"
SELECT
    h.agreement_id,
    h.placement_id,
    h.reporter,
    h.entry_id,
    s.severity,
    round(CAST(h.hours AS DECIMAL(38, 2)) * h.hourly_rate * 100) AS amount_ore,
    'mentor_hours/registered_on/' || COALESCE(h.reporter, '') || '|' || COALESCE(h.entry_id, '')
        || chr(10) || 'mentor_hours/date/' || COALESCE(h.reporter, '') || '|' || COALESCE(h.entry_id, '') AS evidence,
    h.date,
    h.hours,
    v.registration_days AS "limit",
    COALESCE(
        'er først registreret ' || CAST(h.registered_on - h.date AS VARCHAR) || ' dage efter',
        'har ingen registreringsdato'
    ) AS state_da,
    COALESCE(
        'were registered only ' || CAST(h.registered_on - h.date AS VARCHAR) || ' days later',
        'have no date of registration'
    ) AS state_en
FROM hours AS h
JOIN profile AS v ON v.agreement_id = h.agreement_id AND v.jobcentre = h.jobcentre
LEFT JOIN profile_severity AS s
    ON s.agreement_id = h.agreement_id AND s.jobcentre = h.jobcentre AND s.rule = 'D02'
WHERE v.registration_days IS NOT NULL
    AND (h.registered_on IS NULL OR h.registered_on - h.date > v.registration_days)
