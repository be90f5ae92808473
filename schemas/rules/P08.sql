-- id = "P08"
-- version = 1
-- name = "places-idle"
-- severity = "info"
-- subject = ["agreement_id", "from", "to"]
-- parameters = ["places", "valid_from", "valid_to"]
-- valid_from = 2016-01-01
-- [da]
-- title = "Ledige pladser"
-- message = "Fra {from} til {to} (hele uger: {weeks}) løb højst {most} forløb på samme dag under aftalen {agreement_id}; aftalt antal pladser: {places}."
-- explanation = "Virksomheden holder pladserne klar, og mentoren er frikøbt til dem. Ledige pladser i hele uger tyder på, at visitationen er gået i stå."
-- cure = "Visitér til de ledige pladser, eller aftal færre pladser med virksomheden."
-- basis = "Cabi/VFSA: Det Professionelle Partnerskab, 2015, om visitation, der går i stå (cabiweb.dk/detprofessionellepartnerskab); partnerskabsaftalen, feltet places"
-- [en]
-- title = "Idle places"
-- message = "From {from} to {to} (whole weeks: {weeks}) at most {most} placements ran on one day under agreement {agreement_id}; places agreed: {places}."
-- explanation = "The company keeps the places ready and the mentor is released for them. Places idle for whole weeks suggest that referral has stalled."
-- cure = "Refer trainees to the idle places, or agree on fewer places with the company."
-- basis = "Cabi/VFSA: Det Professionelle Partnerskab, 2015, on referral that stalls (cabiweb.dk/detprofessionellepartnerskab); the partnership agreement, field places"
WITH dated AS (
    SELECT agreement_id, min(date) AS first_date, max(date) AS final_date FROM hours GROUP BY agreement_id
    UNION ALL
    SELECT p.agreement_id, min(t.first_date), max(t.last_date)
    FROM attended AS t
    JOIN placements AS p ON p.placement_id = t.placement_id
    GROUP BY p.agreement_id
),
span AS (
    SELECT agreement_id, min(first_date) AS first_date, max(final_date) AS final_date FROM dated GROUP BY agreement_id
),
week AS (
    SELECT a.agreement_id, a.places, c.date AS monday, c.date + 6 AS sunday
    FROM agreements AS a
    JOIN span AS s ON s.agreement_id = a.agreement_id
    JOIN calendar AS c ON c.date >= s.first_date - 6 AND c.date <= s.final_date
    WHERE c.weekday = 1 AND c.date >= a.valid_from AND (a.valid_to IS NULL OR c.date + 6 <= a.valid_to)
),
held AS (
    SELECT w.agreement_id, w.places, w.monday, w.sunday, COALESCE(max(r.placements), 0) AS most
    FROM week AS w
    LEFT JOIN running AS r
        ON r.agreement_id = w.agreement_id AND r.first_date <= w.sunday AND r.final_date >= w.monday
    GROUP BY w.agreement_id, w.places, w.monday, w.sunday
),
idle AS (
    SELECT
        *,
        CASE
            WHEN lag(sunday) OVER (PARTITION BY agreement_id ORDER BY monday) + 1 = monday THEN 0
            ELSE 1
        END AS opens
    FROM held
    WHERE most < places
),
numbered AS (
    SELECT *, sum(opens) OVER (PARTITION BY agreement_id ORDER BY monday) AS run
    FROM idle
)
SELECT
    agreement_id,
    min(monday) AS "from",
    max(sunday) AS "to",
    'agreements/places/' || agreement_id AS evidence,
    count(*) AS weeks,
    max(most) AS most,
    max(places) AS places
FROM numbered
GROUP BY agreement_id, run
