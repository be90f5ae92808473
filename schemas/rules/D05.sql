-- id = "D05"
-- version = 1
-- name = "responsibility-unassigned"
-- severity = "warning"
-- subject = ["agreement_id", "question"]
-- parameters = ["responsibilities_required"]
-- valid_from = 2016-01-01
-- [da]
-- title = "Ansvar ikke fordelt"
-- message = "Aftalen {agreement_id} siger ikke, hvem der har ansvaret for “{question}”."
-- explanation = "Et partnerskab fungerer kun, når alle ved, hvem der gør hvad. Revisor kræver, at hvert spørgsmål om ansvar er besvaret, inden forløbene begynder."
-- cure = "Aftal med parterne, hvem der har ansvaret, og tilføj det til aftalen."
-- basis = "Revisorprofilens krav responsibilities_required; Cabi/VFSA: Det Professionelle Partnerskab, 2015, spørgsmål om ansvar, der skal besvares før start (cabiweb.dk/detprofessionellepartnerskab)"
-- [en]
-- title = "Responsibility not assigned"
-- message = "Agreement {agreement_id} does not say who is responsible for “{question}”."
-- explanation = "A partnership only works when everybody knows who does what. The auditor asks that each question of responsibility be answered before placements begin."
-- cure = "Agree with the parties who is responsible, and add it to the agreement."
-- basis = "The auditor profile's demand responsibilities_required; Cabi/VFSA: Det Professionelle Partnerskab, 2015, questions of responsibility to be answered before the start (cabiweb.dk/detprofessionellepartnerskab)"
WITH asked AS (
    SELECT 'tasks-overview' AS question
    UNION ALL SELECT 'support-at-work'
    UNION ALL SELECT 'support-for-colleagues'
    UNION ALL SELECT 'support-private-life'
    UNION ALL SELECT 'morning-attendance'
    UNION ALL SELECT 'unforeseen-contact'
    UNION ALL SELECT 'progress-reviews'
    UNION ALL SELECT 'reporting'
    UNION ALL SELECT 'filling-places'
    UNION ALL SELECT 'informing-line-managers'
    UNION ALL SELECT 'paperwork'
),
demand AS (
    SELECT
        t.agreement_id,
        max(CASE s.severity WHEN 'error' THEN 3 WHEN 'info' THEN 1 ELSE 2 END) AS gravity
    FROM parties AS t
    JOIN profile AS v ON v.agreement_id = t.agreement_id AND v.jobcentre = t.jobcentre
    LEFT JOIN profile_severity AS s
        ON s.agreement_id = t.agreement_id AND s.jobcentre = t.jobcentre AND s.rule = 'D05'
    WHERE v.responsibilities_required
    GROUP BY t.agreement_id
)
SELECT
    d.agreement_id,
    q.question,
    CASE d.gravity WHEN 3 THEN 'error' WHEN 2 THEN 'warning' ELSE 'info' END AS severity,
    'agreements/agreement_id/' || d.agreement_id AS evidence
FROM demand AS d
CROSS JOIN asked AS q
LEFT JOIN responsibilities AS r ON r.agreement_id = d.agreement_id AND r.question = q.question
WHERE r.agreement_id IS NULL
