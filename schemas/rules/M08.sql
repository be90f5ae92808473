-- id = "M08"
-- version = 1
-- name = "hours-on-closed-day"
-- severity = "info"
-- subject = ["agreement_id", "placement_id", "reporter", "entry_id"]
-- parameters = []
-- valid_from = 2016-01-01
-- [da]
-- title = "Mentortimer på en lukkedag"
-- message = "Ifølge {side_da} er der givet {hours} mentortimer i forløbet {placement_id} den {date}, som er en weekend- eller helligdag."
-- explanation = "De fleste arbejdspladser har lukket i weekender og på helligdage. Timerne kan være rigtige, fx støtte i hjemmet, men datoen kan også være forkert."
-- cure = "Kontrollér datoen, og ret den, hvis den er forkert."
-- basis = "Kontrolregel efter blankettens kalender over helligdage (store bededag til og med 2023); baggrund: fokusrevisionen af mentorstøtte 2018-19 (cabiweb.dk/temaer/mentor/mentormaterialer/)"
-- [en]
-- title = "Mentor hours on a closed day"
-- message = "According to the {side_en}, {hours} mentor hours were given in placement {placement_id} on {date}, which is a weekend or public holiday."
-- explanation = "Most workplaces are closed at weekends and on public holidays. The hours may be right, such as support at home, but the date may also be wrong."
-- cure = "Check the date, and correct it if it is wrong."
-- basis = "Control by the form's calendar of public holidays (Store Bededag up to 2023); background: the focus audit of mentor support 2018-19 (cabiweb.dk/temaer/mentor/mentormaterialer/)"
SELECT
    h.agreement_id,
    h.placement_id,
    h.reporter,
    h.entry_id,
    round(CAST(h.hours AS DECIMAL(38, 2)) * h.hourly_rate * 100) AS amount_ore,
    'mentor_hours/date/' || COALESCE(h.reporter, '') || '|' || COALESCE(h.entry_id, '') AS evidence,
    h.date,
    h.hours,
    CASE h.reporter WHEN 'company' THEN 'virksomheden' ELSE 'jobcenteret' END AS side_da,
    h.reporter AS side_en
FROM hours AS h
JOIN closed_day AS c ON c.date = h.date
