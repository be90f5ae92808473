-- id = "P02"
-- version = 1
-- name = "places-exceeded"
-- severity = "warning"
-- subject = ["agreement_id", "from", "to"]
-- parameters = ["places_are", "places"]
-- valid_from = 2016-01-01
-- [da]
-- title = "Flere forløb end pladser"
-- message = "Fra {from} til {to} løber op til {most} forløb på én gang under aftalen {agreement_id}; aftalt antal pladser: {places}."
-- explanation = "Aftalen giver et nøjagtigt antal pladser. Løber der flere forløb på samme dag, er der visiteret til pladser, som virksomheden ikke har stillet til rådighed."
-- cure = "Ret datoerne på de forløb, der reelt ikke løb, eller aftal flere pladser med virksomheden."
-- basis = "Partnerskabsaftalen, felterne places og places_are"
-- [en]
-- title = "More placements than places"
-- message = "From {from} to {to} up to {most} placements run at once under agreement {agreement_id}; places agreed: {places}."
-- explanation = "The agreement gives an exact number of places. Where more placements run on one day, trainees were referred to places the company has not made available."
-- cure = "Correct the dates of placements that did not really run, or agree on more places with the company."
-- basis = "The partnership agreement, fields places and places_are"
WITH exceeded AS (
    SELECT r.agreement_id, r.first_date, r.final_date, r.placements, a.places
    FROM running AS r
    JOIN agreements AS a ON a.agreement_id = r.agreement_id
    WHERE a.places_are = 'exact' AND r.placements > a.places
),
marked AS (
    SELECT
        *,
        CASE
            WHEN lag(final_date) OVER (PARTITION BY agreement_id ORDER BY first_date) + 1 = first_date THEN 0
            ELSE 1
        END AS opens
    FROM exceeded
),
numbered AS (
    SELECT *, sum(opens) OVER (PARTITION BY agreement_id ORDER BY first_date) AS run
    FROM marked
),
found AS (
    SELECT
        agreement_id,
        min(first_date) AS first_date,
        max(final_date) AS final_date,
        max(placements) AS most,
        max(places) AS places
    FROM numbered
    GROUP BY agreement_id, run
)
SELECT
    f.agreement_id,
    f.first_date AS "from",
    f.final_date AS "to",
    string_agg(
        'placements/start/' || COALESCE(l.placement_id, '')
            || chr(10) || 'placements/planned_end/' || COALESCE(l.placement_id, '')
            || chr(10) || 'placements/actual_end/' || COALESCE(l.placement_id, ''),
        chr(10) ORDER BY l.placement_id
    ) AS evidence,
    f.most,
    f.places
FROM found AS f
JOIN last_day AS l
    ON l.agreement_id = f.agreement_id AND l.start <= f.final_date AND l.last_day >= f.first_date
WHERE l.start <= l.last_day
GROUP BY f.agreement_id, f.first_date, f.final_date, f.most, f.places
