-- id = "M06"
-- version = 1
-- name = "hours-without-attendance"
-- severity = "warning"
-- subject = ["agreement_id", "placement_id", "reporter", "entry_id"]
-- parameters = []
-- valid_from = 2016-01-01
-- [da]
-- title = "Mentortimer på arbejdspladsen uden fremmøde"
-- message = "Ifølge {side_da} fik forløbet {placement_id} {hours} timers støtte på arbejdspladsen den {date}, men fremmødet den dag er 0 timer."
-- explanation = "Oplæring og støtte på arbejdspladsen kan kun gives, når borgeren er der. Timer på en fraværsdag tyder på en forkert dato eller på timer, der ikke er givet."
-- cure = "Ret timernes dato eller aktivitet, eller ret fremmødet den dag."
-- basis = "Kontrolregel; baggrund: fokusrevisionen af mentorstøtte 2018-19 (cabiweb.dk/temaer/mentor/mentormaterialer/)"
-- [en]
-- title = "Mentor hours at the workplace without attendance"
-- message = "According to the {side_en}, placement {placement_id} got {hours} hours of support at the workplace on {date}, but attendance that day is 0 hours."
-- explanation = "Training and support at the workplace can only be given while the trainee is there. Hours on days of absence suggest a wrong date or hours that were not given."
-- cure = "Correct the date or activity of the hours, or correct that day's attendance."
-- basis = "Control; background: the focus audit of mentor support 2018-19 (cabiweb.dk/temaer/mentor/mentormaterialer/)"
WITH helped AS (
    SELECT *
    FROM hours
    WHERE activity IN ('training', 'workplace-support')
),
doubtful AS (
    SELECT DISTINCT t.placement_id, t.date
    FROM attendance AS t
    JOIN helped AS w ON w.placement_id = t.placement_id AND w.date = t.date
    WHERE t.attended_hours = 0
),
attended AS (
    SELECT t.reporter, t.placement_id, t.date, t.attended_hours
    FROM attendance AS t
    JOIN doubtful AS w ON w.placement_id = t.placement_id AND w.date = t.date
),
absent AS (
    SELECT
        placement_id,
        date,
        string_agg(
            'attendance/attended_hours/' || COALESCE(reporter, '') || '|' || placement_id || '|'
                || CAST(date AS VARCHAR),
            chr(10) ORDER BY reporter
        ) AS cells
    FROM attended
    GROUP BY placement_id, date
    HAVING count(*) = sum(CASE WHEN attended_hours = 0 THEN 1 ELSE 0 END)
)
SELECT
    h.agreement_id,
    h.placement_id,
    h.reporter,
    h.entry_id,
    round(CAST(h.hours AS DECIMAL(38, 2)) * h.hourly_rate * 100) AS amount_ore,
    'mentor_hours/hours/' || COALESCE(h.reporter, '') || '|' || COALESCE(h.entry_id, '')
        || chr(10) || a.cells AS evidence,
    h.date,
    h.hours,
    CASE h.reporter WHEN 'company' THEN 'virksomheden' ELSE 'jobcenteret' END AS side_da,
    h.reporter AS side_en
FROM helped AS h
JOIN absent AS a ON a.placement_id = h.placement_id AND a.date = h.date
