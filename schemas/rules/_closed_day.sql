-- name = "closed_day"
-- da = "Lukkedage: lørdage, søndage og helligdage efter blankettens kalender."
-- en = "Closed days: Saturdays, Sundays and holidays, from the form's calendar."
SELECT date
FROM calendar
WHERE closed
