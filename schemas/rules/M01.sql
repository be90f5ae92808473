-- id = "M01"
-- version = 1
-- name = "hours-outside-placement"
-- severity = "error"
-- subject = ["agreement_id", "placement_id", "reporter", "entry_id"]
-- parameters = []
-- valid_from = 2016-01-01
-- [da]
-- title = "Mentortimer uden for forløbet"
-- message = "Ifølge {side_da} er der givet {hours} mentortimer den {date}, men forløbet {placement_id} løber {start} – {last_day}."
-- explanation = "Mentorstøtte betales for den tid, borgeren er i forløb. Timer før starten eller efter slutningen hører ikke til forløbet, eller også er en dato forkert."
-- cure = "Ret timernes dato, eller ret forløbets start- eller slutdato."
-- basis = "Fokusrevisionen af mentorstøtte 2018-19 (cabiweb.dk/temaer/mentor/mentormaterialer/); bekendtgørelse om en aktiv beskæftigelsesindsats § 122, faktiske timer (elov.dk/bekendtgorelse-om-en-aktiv-beskaeftigelsesindsats/paragraf/122/)"
-- [en]
-- title = "Mentor hours outside the placement"
-- message = "According to the {side_en}, {hours} mentor hours were given on {date}, but placement {placement_id} runs {start} – {last_day}."
-- explanation = "Mentor support is paid for the time the trainee is in placement. Hours before its start or after its end do not belong to it, or one of the dates is wrong."
-- cure = "Correct the date of the hours, or correct the placement's start or end."
-- basis = "The focus audit of mentor support 2018-19 (cabiweb.dk/temaer/mentor/mentormaterialer/); Executive Order on active employment measures § 122, actual hours (elov.dk/bekendtgorelse-om-en-aktiv-beskaeftigelsesindsats/paragraf/122/)"
SELECT
    h.agreement_id,
    h.placement_id,
    h.reporter,
    h.entry_id,
    round(CAST(h.hours AS DECIMAL(38, 2)) * h.hourly_rate * 100) AS amount_ore,
    'mentor_hours/date/' || COALESCE(h.reporter, '') || '|' || COALESCE(h.entry_id, '')
        || chr(10) || 'mentor_hours/hours/' || COALESCE(h.reporter, '') || '|' || COALESCE(h.entry_id, '') AS evidence,
    h.date,
    h.hours,
    l.start,
    l.last_day,
    CASE h.reporter WHEN 'company' THEN 'virksomheden' ELSE 'jobcenteret' END AS side_da,
    h.reporter AS side_en
FROM hours AS h
JOIN last_day AS l ON l.placement_id = h.placement_id
WHERE h.date < l.start OR h.date > l.last_day
