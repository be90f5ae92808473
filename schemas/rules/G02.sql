-- id = "G02"
-- version = 1
-- name = "grant-incomplete"
-- severity = "error"
-- subject = ["agreement_id", "grant_id"]
-- parameters = []
-- valid_from = 2016-01-01
-- [da]
-- title = "Mangelfuld mentoraftale"
-- message = "Mentoraftalen {grant_id} mangler {lacking_da}."
-- explanation = "En mentoraftale skal være skriftlig og angive mål, mentors opgaver og timetal, være underskrevet og ledsaget af klagevejledning. Mangler noget, kan støtten ikke dokumenteres over for revisor."
-- cure = "Udfyld det, der mangler, på grundlag af den underskrevne mentoraftale."
-- basis = "Fokusrevisionen af mentorstøtte 2018-19 om den skriftlige mentoraftales indhold (ft.dk/samling/20181/almdel/SOU/bilag/190/2027547)"
-- [en]
-- title = "Incomplete mentor agreement"
-- message = "Mentor agreement {grant_id} lacks {lacking_en}."
-- explanation = "A mentor agreement must be in writing and state the goal, the mentor's tasks and the hours, be signed, and come with appeal guidance. Where something lacks, the support cannot be documented to the auditor."
-- cure = "Fill in what lacks from the signed mentor agreement."
-- basis = "The focus audit of mentor support 2018-19 on what the written mentor agreement holds (ft.dk/samling/20181/almdel/SOU/bilag/190/2027547)"
WITH given AS (
    SELECT *, CASE WHEN appeal_guidance_given THEN 1 ELSE 0 END AS guided, COALESCE(grant_id, '') AS key
    FROM mentor_grants
),
judged AS (
    SELECT
        agreement_id,
        grant_id,
        CASE WHEN goal IS NULL THEN ', mål' ELSE '' END
            || CASE WHEN tasks IS NULL THEN ', mentors opgaver' ELSE '' END
            || CASE WHEN hours_per_week IS NULL THEN ', timer pr. uge' ELSE '' END
            || CASE WHEN signed_on IS NULL THEN ', underskriftsdato' ELSE '' END
            || CASE WHEN guided = 0 THEN ', klagevejledning' ELSE '' END AS lacking_da,
        CASE WHEN goal IS NULL THEN ', goal' ELSE '' END
            || CASE WHEN tasks IS NULL THEN ', the mentor''s tasks' ELSE '' END
            || CASE WHEN hours_per_week IS NULL THEN ', hours per week' ELSE '' END
            || CASE WHEN signed_on IS NULL THEN ', date of signature' ELSE '' END
            || CASE WHEN guided = 0 THEN ', appeal guidance' ELSE '' END AS lacking_en,
        CASE WHEN goal IS NULL THEN chr(10) || 'mentor_grants/goal/' || key ELSE '' END
            || CASE WHEN tasks IS NULL THEN chr(10) || 'mentor_grants/tasks/' || key ELSE '' END
            || CASE WHEN hours_per_week IS NULL THEN chr(10) || 'mentor_grants/hours_per_week/' || key ELSE '' END
            || CASE WHEN signed_on IS NULL THEN chr(10) || 'mentor_grants/signed_on/' || key ELSE '' END
            || CASE WHEN guided = 0 THEN chr(10) || 'mentor_grants/appeal_guidance_given/' || key ELSE '' END AS cells
    FROM given
)
SELECT
    agreement_id,
    grant_id,
    substr(cells, 2) AS evidence,
    substr(lacking_da, 3) AS lacking_da,
    substr(lacking_en, 3) AS lacking_en
FROM judged
WHERE cells <> ''
