-- id = "D06"
-- version = 1
-- name = "two-sided-required"
-- severity = "warning"
-- subject = ["agreement_id", "jobcentre", "month", "reporter"]
-- parameters = ["both_sides"]
-- valid_from = 2016-01-01
-- [da]
-- title = "Den anden side har ikke indberettet"
-- message = "{silent_da} har ikke indberettet mentortimer for jobcenter {jobcentre} {municipality} under aftalen {agreement_id}, så {hours} timer i {month} ({first_date} – {final_date}) kun står hos den ene side."
-- explanation = "Revisor kræver, at både virksomheden og jobcenteret indberetter mentortimer, så de kan holdes op mod hinanden. Timer med kun én kilde er ikke efterprøvet."
-- cure = "Indhent indberetningen fra den side, der mangler."
-- basis = "Revisorprofilens krav both_sides; fokusrevisionen af mentorstøtte 2018-19 om manglende kontrol med leverede timer (cabiweb.dk/temaer/mentor/mentormaterialer/)"
-- [en]
-- title = "The other side has not reported"
-- message = "{silent_en} has not reported mentor hours for jobcentre {jobcentre} {municipality} under agreement {agreement_id}, so that {hours} hours in {month} ({first_date} – {final_date}) stand with one side only."
-- explanation = "The auditor asks that both the company and the jobcentre report mentor hours, so that they can be compared. Hours from one source only are not verified."
-- cure = "Obtain the missing report from the silent side."
-- basis = "The auditor profile's demand both_sides; the focus audit of mentor support 2018-19 on hours delivered that nobody checked (cabiweb.dk/temaer/mentor/mentormaterialer/)"
WITH silent AS (
    SELECT
        u.agreement_id,
        u.jobcentre,
        u.month,
        u.other_reporter AS reporter,
        sum(u.hours) AS hours,
        min(u.date) AS first_date,
        max(u.date) AS final_date,
        string_agg(u.hours_cells, chr(10) ORDER BY u.date, u.placement_id, u.mentor_id) AS cells
    FROM unpaired AS u
    JOIN profile AS v ON v.agreement_id = u.agreement_id AND v.jobcentre = u.jobcentre
    WHERE v.both_sides AND NOT u.other_has_reported
    GROUP BY u.agreement_id, u.jobcentre, u.month, u.other_reporter
)
SELECT
    m.agreement_id,
    m.jobcentre,
    m.month,
    m.reporter,
    s.severity,
    m.cells AS evidence,
    m.hours,
    m.first_date,
    m.final_date,
    m.jobcentre AS municipality,
    CASE m.reporter WHEN 'company' THEN 'Virksomheden' ELSE 'Jobcenteret' END AS silent_da,
    CASE m.reporter WHEN 'company' THEN 'The company' ELSE 'The jobcentre' END AS silent_en
FROM silent AS m
LEFT JOIN profile_severity AS s
    ON s.agreement_id = m.agreement_id AND s.jobcentre = m.jobcentre AND s.rule = 'D06'
