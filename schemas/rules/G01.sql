-- id = "G01"
-- version = 1
-- name = "grant-too-long"
-- severity = "error"
-- subject = ["agreement_id", "grant_id"]
-- parameters = []
-- valid_from = 2016-01-01
-- [da]
-- title = "Mentoraftale over seks måneder"
-- message = "Mentoraftalen {grant_id} gælder {valid_from} – {valid_to}, men må højst gælde til {latest}."
-- explanation = "Mentorstøtte bevilges for højst seks måneder ad gangen. En ny periode kræver en ny vurdering og en ny mentoraftale."
-- cure = "Ret mentoraftalens slutdato, eller del den i to aftaler med hver sin vurdering."
-- basis = "Lov om en aktiv beskæftigelsesindsats § 167 (elov.dk/lov-om-en-aktiv-beskaeftigelsesindsats/kapitel/26/)"
-- [en]
-- title = "Mentor agreement longer than six months"
-- message = "Mentor agreement {grant_id} is valid {valid_from} – {valid_to}, but may last until {latest} at most."
-- explanation = "Mentor support is granted for at most six months at a time. A new period needs a new assessment and a new mentor agreement."
-- cure = "Correct the mentor agreement's end, or split it in two agreements, each with its own assessment."
-- basis = "Active Employment Measures Act § 167 (elov.dk/lov-om-en-aktiv-beskaeftigelsesindsats/kapitel/26/)"
WITH limited AS (
    SELECT
        agreement_id,
        grant_id,
        valid_from,
        valid_to,
        CAST(valid_from + INTERVAL '6' MONTH AS DATE) AS latest
    FROM mentor_grants
)
SELECT
    agreement_id,
    grant_id,
    'mentor_grants/valid_from/' || COALESCE(grant_id, '')
        || chr(10) || 'mentor_grants/valid_to/' || COALESCE(grant_id, '') AS evidence,
    valid_from,
    valid_to,
    latest
FROM limited
WHERE valid_to > latest
