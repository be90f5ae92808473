-- name = "settlement"
-- da = "Mentorafregningens linjer for hver periode i tabellen periods; beløb i øre, timer i hundrededele, uger gange fem. missing nævner, hvad der mangler."
-- en = "The settlement's lines for every period in the table periods; money in øre, hours in hundredths, weeks times five. missing names what lacks."
WITH terms AS (
  SELECT
    agreement_id, funding, proration, valid_from, places,
    COALESCE(valid_to, DATE '9999-12-31') AS valid_to,
    CAST(CAST(mentor_hours_per_week AS DECIMAL(38, 2)) * 100 AS BIGINT) AS weekly_hundredths,
    CAST(CAST(hourly_rate AS DECIMAL(38, 2)) * 100 AS BIGINT) AS hourly_ore,
    CAST(CAST(place_rate_per_week AS DECIMAL(38, 2)) * 100 AS BIGINT) AS place_ore
  FROM agreements
  WHERE valid_from IS NOT NULL
),
party_count AS (
  SELECT agreement_id, COUNT(*) AS parties
  FROM parties
  GROUP BY agreement_id
),
paid AS (
  SELECT
    t.agreement_id, l.jobcentre, l.placement_id, t.funding, t.proration,
    CAST(NULL AS BIGINT) AS places,
    CASE WHEN l.start > t.valid_from THEN l.start ELSE t.valid_from END AS first_date,
    CASE WHEN l.last_day < t.valid_to THEN l.last_day ELSE t.valid_to END AS last_date,
    t.weekly_hundredths,
    t.hourly_ore AS rate_ore
  FROM terms AS t
  INNER JOIN last_day AS l ON l.agreement_id = t.agreement_id
  WHERE t.funding = 'per-occupied-place' AND l.start IS NOT NULL AND l.last_day IS NOT NULL
  UNION ALL
  SELECT
    t.agreement_id, p.jobcentre, CAST(NULL AS VARCHAR) AS placement_id, t.funding, t.proration,
    CAST(CASE WHEN p.places IS NULL AND c.parties = 1 THEN t.places ELSE p.places END AS BIGINT) AS places,
    t.valid_from AS first_date,
    t.valid_to AS last_date,
    CAST(NULL AS BIGINT) AS weekly_hundredths,
    t.place_ore AS rate_ore
  FROM terms AS t
  INNER JOIN parties AS p ON p.agreement_id = t.agreement_id
  INNER JOIN party_count AS c ON c.agreement_id = t.agreement_id
  WHERE t.funding = 'per-place'
),
started AS (
  SELECT
    d.*,
    d.first_date
      + CAST(CASE extract(isodow FROM d.first_date) WHEN 6 THEN 2 WHEN 7 THEN 1 ELSE 0 END AS INTEGER) AS first_day
  FROM paid AS d
),
within AS (
  SELECT
    q.period_start, q.period_end, s.*,
    CASE WHEN s.first_day > q.period_start THEN s.first_day ELSE q.period_start END - DATE '0001-01-01' AS day_from,
    CASE WHEN s.last_date < q.period_end THEN s.last_date ELSE q.period_end END - DATE '0001-01-01' AS day_to,
    CASE WHEN s.first_day >= q.period_start THEN s.first_day + 1 ELSE q.period_start END - DATE '0001-01-01'
      AS monday_from,
    CASE WHEN s.first_day >= q.period_start THEN 1 ELSE 0 END AS starts_here
  FROM periods AS q
  INNER JOIN started AS s
    ON s.first_day <= s.last_date AND s.first_day <= q.period_end AND s.last_date >= q.period_start
),
counted AS (
  SELECT
    w.*,
    5 * ((w.day_to + 1) // 7) + CASE WHEN (w.day_to + 1) % 7 > 5 THEN 5 ELSE (w.day_to + 1) % 7 END
      - 5 * (w.day_from // 7) - CASE WHEN w.day_from % 7 > 5 THEN 5 ELSE w.day_from % 7 END AS days,
    w.starts_here + (w.day_to + 7) // 7 - (w.monday_from + 6) // 7 AS first_days
  FROM within AS w
),
weighed AS (
  SELECT
    c.*,
    CASE c.proration WHEN 'whole-weeks' THEN 5 * c.first_days WHEN 'weekdays' THEN c.days END AS weeks_times_5
  FROM counted AS c
)
SELECT
  period_start,
  period_end,
  agreement_id,
  jobcentre,
  placement_id,
  funding,
  proration,
  places,
  days,
  weeks_times_5,
  weekly_hundredths,
  CASE
    WHEN placement_id IS NOT NULL THEN ROUND(CAST(weeks_times_5 * weekly_hundredths AS DECIMAL(38, 0)) * 0.2)
  END AS hours_hundredths,
  rate_ore,
  CASE
    WHEN placement_id IS NOT NULL THEN ROUND(CAST(weeks_times_5 * weekly_hundredths AS DECIMAL(38, 0)) * rate_ore * 0.002)
    ELSE ROUND(CAST(weeks_times_5 * places AS DECIMAL(38, 0)) * rate_ore * 0.2)
  END AS amount_ore,
  NULLIF(
    substr(
      CASE WHEN weeks_times_5 IS NULL THEN ', proration' ELSE '' END
        || CASE WHEN placement_id IS NOT NULL AND weekly_hundredths IS NULL THEN ', mentor_hours_per_week' ELSE '' END
        || CASE WHEN placement_id IS NOT NULL AND rate_ore IS NULL THEN ', hourly_rate' ELSE '' END
        || CASE WHEN placement_id IS NULL AND places IS NULL THEN ', places' ELSE '' END
        || CASE WHEN placement_id IS NULL AND rate_ore IS NULL THEN ', place_rate_per_week' ELSE '' END,
      3
    ),
    ''
  ) AS missing
FROM weighed
WHERE weeks_times_5 > 0 OR (weeks_times_5 IS NULL AND days > 0)
