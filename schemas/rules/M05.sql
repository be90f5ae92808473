-- id = "M05"
-- version = 1
-- name = "mentor-not-in-agreement"
-- severity = "error"
-- subject = ["agreement_id", "jobcentre", "mentor_id", "reporter"]
-- parameters = []
-- valid_from = 2016-01-01
-- [da]
-- title = "Mentoren hører ikke til aftalen"
-- message = "Ifølge {side_da} gav mentor {mentor_id} {hours} timer under aftalen {agreement_id} for jobcenter {jobcentre} {municipality} fra {first_date} til {final_date} (registreringer: {entries}), men mentoren hører til en anden aftale eller er ikke registreret i den periode."
-- explanation = "Kun mentorer, der er udpeget i aftalen, kan give timer, som betales efter den. Ellers er det uvist, hvem der har ydet støtten, og med hvilke kvalifikationer."
-- cure = "Ret mentoren på registreringerne, eller registrér mentoren i aftalen med de rigtige datoer."
-- basis = "Partnerskabsaftalens mentorer (tabellen mentors, felterne agreement_id, valid_from og valid_to); krav om dokumenteret mentor og kvalifikationer (ft.dk/samling/20181/almdel/SOU/bilag/190/2027546)"
-- [en]
-- title = "The mentor does not belong to the agreement"
-- message = "According to the {side_en}, mentor {mentor_id} gave {hours} hours under agreement {agreement_id} for jobcentre {jobcentre} {municipality} from {first_date} to {final_date} (entries: {entries}), but the mentor belongs to another agreement or is not registered for that time."
-- explanation = "Only mentors named in the agreement can give hours that it pays for. Otherwise nobody knows who gave the support, and with which qualifications."
-- cure = "Correct the mentor on the entries, or register the mentor in the agreement with the right dates."
-- basis = "The partnership agreement's mentors (table mentors, fields agreement_id, valid_from and valid_to); the mentor and qualifications are to be documented (ft.dk/samling/20181/almdel/SOU/bilag/190/2027546)"
SELECT
    h.agreement_id,
    h.jobcentre,
    h.mentor_id,
    h.reporter,
    round(CAST(sum(h.hours) AS DECIMAL(38, 2)) * max(h.hourly_rate) * 100) AS amount_ore,
    string_agg(
        'mentor_hours/mentor_id/' || COALESCE(h.reporter, '') || '|' || COALESCE(h.entry_id, ''),
        chr(10) ORDER BY h.date, h.entry_id
    ) AS evidence,
    h.jobcentre AS municipality,
    sum(h.hours) AS hours,
    count(*) AS entries,
    min(h.date) AS first_date,
    max(h.date) AS final_date,
    CASE h.reporter WHEN 'company' THEN 'virksomheden' ELSE 'jobcenteret' END AS side_da,
    h.reporter AS side_en
FROM hours AS h
JOIN mentors AS m ON m.mentor_id = h.mentor_id
WHERE m.agreement_id <> h.agreement_id OR h.date < m.valid_from OR h.date > m.valid_to
GROUP BY h.agreement_id, h.jobcentre, h.mentor_id, h.reporter
