-- id = "G03"
-- version = 1
-- name = "hours-without-grant"
-- severity = "error"
-- subject = ["agreement_id", "placement_id", "from", "to"]
-- parameters = ["grants_required"]
-- valid_from = 2016-01-01
-- [da]
-- title = "Mentortimer uden mentoraftale"
-- message = "Ingen mentoraftale dækker mentortimerne i forløbet {placement_id} fra {from} til {to}: {company_hours} timer ifølge virksomheden og {jobcentre_hours} ifølge jobcenteret (datoer med timer: {dates})."
-- explanation = "Revisor kræver en mentoraftale for hver mentortime. Timer på datoer, som ingen mentoraftale dækker, kan ikke dokumenteres og risikerer at blive afvist."
-- cure = "Registrér den mentoraftale, der dækker datoerne, eller ret timernes datoer."
-- basis = "Lov om en aktiv beskæftigelsesindsats § 167 (elov.dk/lov-om-en-aktiv-beskaeftigelsesindsats/kapitel/26/); revisorprofilens krav grants_required"
-- [en]
-- title = "Mentor hours without a mentor agreement"
-- message = "No mentor agreement covers the mentor hours of placement {placement_id} from {from} to {to}: {company_hours} hours according to the company and {jobcentre_hours} according to the jobcentre (dates with hours: {dates})."
-- explanation = "The auditor requires a mentor agreement for every mentor hour. Hours on dates that none covers cannot be documented and may be refused."
-- cure = "Register the mentor agreement that covers the dates, or correct the dates of the hours."
-- basis = "Active Employment Measures Act § 167 (elov.dk/lov-om-en-aktiv-beskaeftigelsesindsats/kapitel/26/); the auditor profile's demand grants_required"
WITH day AS (
    SELECT
        h.agreement_id,
        h.jobcentre,
        h.placement_id,
        h.date,
        sum(CASE WHEN h.reporter = 'company' THEN h.hours ELSE 0 END) AS company_hours,
        sum(CASE WHEN h.reporter = 'jobcentre' THEN h.hours ELSE 0 END) AS jobcentre_hours,
        max(h.hourly_rate) AS hourly_rate
    FROM hours AS h
    JOIN profile AS v ON v.agreement_id = h.agreement_id AND v.jobcentre = h.jobcentre
    WHERE v.grants_required AND h.date IS NOT NULL AND h.reporter IN ('company', 'jobcentre')
    GROUP BY h.agreement_id, h.jobcentre, h.placement_id, h.date
),
covered AS (
    SELECT d.placement_id, d.date
    FROM day AS d
    JOIN mentor_grants AS g ON g.placement_id = d.placement_id
    WHERE g.basis = 'trainee' AND g.valid_from <= d.date AND d.date <= COALESCE(g.valid_to, d.date)
    UNION
    SELECT d.placement_id, d.date
    FROM day AS d
    JOIN mentor_grants AS g ON g.agreement_id = d.agreement_id AND g.jobcentre = d.jobcentre
    WHERE g.basis = 'place' AND g.valid_from <= d.date AND d.date <= COALESCE(g.valid_to, d.date)
),
numbered AS (
    SELECT
        d.*,
        c.date IS NOT NULL AS is_covered,
        sum(CASE WHEN c.date IS NOT NULL THEN 1 ELSE 0 END)
            OVER (PARTITION BY d.placement_id ORDER BY d.date) AS run
    FROM day AS d
    LEFT JOIN covered AS c ON c.placement_id = d.placement_id AND c.date = d.date
),
bare AS (
    SELECT * FROM numbered WHERE NOT is_covered
),
keyed AS (
    SELECT
        h.agreement_id,
        h.placement_id,
        b.run,
        string_agg(
            'mentor_hours/hours/' || h.reporter || '|' || COALESCE(h.entry_id, ''),
            chr(10) ORDER BY h.date, h.reporter, h.entry_id
        ) AS cells
    FROM bare AS b
    JOIN hours AS h
        ON h.agreement_id = b.agreement_id AND h.jobcentre = b.jobcentre
        AND h.placement_id = b.placement_id AND h.date = b.date
    WHERE h.reporter IN ('company', 'jobcentre')
    GROUP BY h.agreement_id, h.placement_id, b.run
)
SELECT
    b.agreement_id,
    b.placement_id,
    min(b.date) AS "from",
    max(b.date) AS "to",
    round(CAST(sum(b.company_hours + b.jobcentre_hours) AS DECIMAL(38, 2)) * max(b.hourly_rate) * 100) AS amount_ore,
    max(k.cells) AS evidence,
    sum(b.company_hours) AS company_hours,
    sum(b.jobcentre_hours) AS jobcentre_hours,
    count(*) AS dates
FROM bare AS b
JOIN keyed AS k ON k.agreement_id = b.agreement_id AND k.placement_id = b.placement_id AND k.run = b.run
GROUP BY b.agreement_id, b.placement_id, b.run
