-- id = "P04"
-- version = 1
-- name = "overlapping-placements"
-- severity = "error"
-- subject = ["placement_id", "other_placement_id"]
-- parameters = []
-- valid_from = 2016-01-01
-- [da]
-- title = "Samme borger i to forløb på én gang"
-- message = "Forløbene {placement_id} og {other_placement_id} gælder samme borger og løber begge fra {first_date} til {final_date}."
-- explanation = "En borger kan kun være i ét forløb ad gangen. Overlapper to forløb, kan samme tid blive betalt af to jobcentre eller under to aftaler."
-- cure = "Afklar med de berørte jobcentre, hvilket forløb der gælder, og ret start- eller slutdatoen på det andet."
-- basis = "Kontrolregel mod dobbelt betaling; baggrund: KL om tilsyn med mentorordninger, 2018 (kl.dk/nyhed/2018/september/vigtigt-at-kommunerne-har-fokus-paa-tilsyn-med-mentorordninger/)"
-- [en]
-- title = "One trainee in two placements at once"
-- message = "Placements {placement_id} and {other_placement_id} concern the same trainee and both run from {first_date} to {final_date}."
-- explanation = "A trainee can be in one placement at a time. Where two overlap, the same time may be paid by two jobcentres or under two agreements."
-- cure = "Settle with the jobcentres concerned which placement holds, and correct the start or end date of the other."
-- basis = "Control against double payment; background: Local Government Denmark on supervision of mentor schemes, 2018 (kl.dk/nyhed/2018/september/vigtigt-at-kommunerne-har-fokus-paa-tilsyn-med-mentorordninger/)"
WITH span AS (
    SELECT l.placement_id, p.trainee_ref, l.start, l.last_day
    FROM last_day AS l
    JOIN placements AS p ON p.placement_id = l.placement_id
    WHERE l.start <= l.last_day
),
pair AS (
    SELECT
        a.placement_id,
        b.placement_id AS other_placement_id,
        CASE WHEN a.start >= b.start THEN a.start ELSE b.start END AS first_date,
        CASE WHEN a.last_day <= b.last_day THEN a.last_day ELSE b.last_day END AS final_date
    FROM span AS a
    JOIN span AS b ON b.trainee_ref = a.trainee_ref
    WHERE a.placement_id < b.placement_id AND a.start <= b.last_day AND b.start <= a.last_day
)
SELECT
    placement_id,
    other_placement_id,
    'placements/start/' || placement_id
        || chr(10) || 'placements/planned_end/' || placement_id
        || chr(10) || 'placements/actual_end/' || placement_id
        || chr(10) || 'placements/start/' || other_placement_id
        || chr(10) || 'placements/planned_end/' || other_placement_id
        || chr(10) || 'placements/actual_end/' || other_placement_id AS evidence,
    first_date,
    final_date
FROM pair
