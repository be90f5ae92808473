-- name = "running"
-- da = "Hvor mange forløb der løber under en aftale: stræk af dage, hvor antallet er det samme."
-- en = "How many placements of an agreement run: stretches of days on which the number is the same."
WITH step AS (
    SELECT agreement_id, start AS date, 1 AS change FROM last_day WHERE start <= last_day
    UNION ALL
    SELECT agreement_id, last_day + 1 AS date, -1 AS change FROM last_day WHERE start <= last_day
),
turn AS (
    SELECT agreement_id, date, sum(change) AS change FROM step GROUP BY agreement_id, date
),
stretch AS (
    SELECT
        agreement_id,
        date AS first_date,
        lead(date) OVER (PARTITION BY agreement_id ORDER BY date) - 1 AS final_date,
        CAST(sum(change) OVER (PARTITION BY agreement_id ORDER BY date) AS INTEGER) AS placements
    FROM turn
)
SELECT agreement_id, first_date, final_date, placements
FROM stretch
WHERE placements > 0
