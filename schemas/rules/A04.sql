-- id = "A04"
-- version = 1
-- name = "attendance-on-closed-day"
-- severity = "info"
-- subject = ["agreement_id", "placement_id", "reporter", "date"]
-- parameters = []
-- valid_from = 2016-01-01
-- [da]
-- title = "Fremmøde på en lukkedag"
-- message = "Ifølge {side_da} var borgeren i forløbet {placement_id} til stede i {attended_hours} timer den {date}, som er en weekend- eller helligdag."
-- explanation = "De fleste arbejdspladser har lukket i weekender og på helligdage. Fremmødet kan være rigtigt, men det kan også være ført på en forkert dato."
-- cure = "Kontrollér datoen, og ret den, hvis den er forkert."
-- basis = "Kontrolregel efter blankettens kalender over helligdage (store bededag til og med 2023)"
-- [en]
-- title = "Attendance on a closed day"
-- message = "According to the {side_en}, the trainee in placement {placement_id} attended {attended_hours} hours on {date}, which is a weekend or public holiday."
-- explanation = "Most workplaces are closed at weekends and on public holidays. The attendance may be right, but it may also stand on a wrong date."
-- cure = "Check the date, and correct it if it is wrong."
-- basis = "Control by the form's calendar of public holidays (Store Bededag up to 2023)"
SELECT
    p.agreement_id,
    t.placement_id,
    t.reporter,
    t.date,
    'attendance/attended_hours/' || COALESCE(t.reporter, '') || '|' || t.placement_id || '|'
        || CAST(t.date AS VARCHAR) AS evidence,
    t.attended_hours,
    CASE t.reporter WHEN 'company' THEN 'virksomheden' ELSE 'jobcenteret' END AS side_da,
    t.reporter AS side_en
FROM attendance AS t
JOIN closed_day AS c ON c.date = t.date
JOIN placements AS p ON p.placement_id = t.placement_id
WHERE t.attended_hours > 0
