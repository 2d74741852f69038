-- The same tables as ours, as an analyst would write them in DuckDB, as quick as we could make it.
-- Parts are named by lines of the form "--: name"; {folder}, {extract}, {offices}, {n} are filled in.

--: persons
create table persons as
select person_id, sex, citizenship <> '246' as abroad,
    not fund_member or citizenship <> '246' or language = 'other' as always_target,
    year(coalesce(birth_date, make_date(birth_year, 1, 1))) as born,
    -- Born on 29 February: a year older on 1 March, as the number of month and day is passed then.
    100 * month(coalesce(birth_date, make_date(birth_year, 1, 1)))
        + day(coalesce(birth_date, make_date(birth_year, 1, 1))) as birthday
from read_parquet('{folder}/persons.parquet');

--: histories
create table residence as
select person_id, municipality, start as since, coalesce("end", date '2300-01-01') as until
from read_parquet('{folder}/residence.parquet');
create table trial as
select person_id, start as since, coalesce("end", date '2300-01-01') as until
from read_parquet('{folder}/office.parquet') where office in ({offices});
create table lines as
select person_id, line, start as since, coalesce("end", date '2300-01-01') as until
from read_parquet('{folder}/service_line.parquet');

--: spells
create table spells as
with codes as (
    select person_id, start, coalesce("end", date '2300-01-01') as stop
    from read_parquet('{folder}/employment_code.parquet') where code in ('02', '03')
), marked as (
    select *, start > 1 + max(stop) over (
        partition by person_id order by start rows between unbounded preceding and 1 preceding
    ) as gap from codes
), numbered as (
    select *, count(*) filter (gap) over (
        partition by person_id order by start rows unbounded preceding
    ) as spell from marked
), joined as (
    select person_id, min(start) as start, max(stop) as stop
    from numbered group by person_id, spell
)
select *, coalesce(sum(stop - start + 1) over (
    partition by person_id order by start rows between unbounded preceding and 1 preceding
), 0)::integer as days_before from joined;

--: placed
-- Events with the cell of the person on their day: residence, populations and categories.
create table {name}_placed as
select events.* exclude (person_id, line_day),
    case when residence.until >= day then municipality end as municipality,
    coalesce(trial.until >= day, false) as trial, sex, abroad,
    year(day) - born - (100 * month(day) + day(day) < birthday)::integer as age,
    coalesce(always_target, false) or age < 30 as target,
    case when age < 25 then 0 when age < 30 then 1 when age < 50 then 2 else 3 end as age_group,
    case when lines.until >= line_day then line else 'undefined' end as line
from ({events}) events
join persons using (person_id)
asof left join residence on events.person_id = residence.person_id and day >= residence.since
asof left join trial on events.person_id = trial.person_id and day >= trial.since
asof left join lines on events.person_id = lines.person_id and line_day >= lines.since;

--: crossed
-- Counted once in the finest cells, for all that adds up.
create table {name}_crossed as
select month, municipality, trial, target, sex, age_group, abroad, line, {sums}
from {name}_placed group by all;

--: cube
create table {name} as
select month, area, population, sex, age_group, abroad, line, {totals}
from {source}
join areas on areas.municipality is not distinct from {source}.municipality
join populations on population = 'residents' or population = 'target_group' and target
    or population = 'trial_office' and trial
group by grouping sets (
    (month, area, population), (month, area, population, sex), (month, area, population, age_group),
    (month, area, population, abroad), (month, area, population, line)
);

--: areas
create table areas as
select distinct municipality, 'KU' || municipality as area from residence
union all select municipality, area from groups
union all select distinct municipality, 'SSS' from residence
union all select null, 'SSS';
create table populations as
select unnest(['residents', 'target_group', 'trial_office']) as population;

--: unemployed
create table unemployed as
select person_id, month, day, start, days_before, start <= day - interval 12 month as long_term
from spells join count_days on day between start and stop;

--: unemployed_events
select person_id, month, day, day as line_day from unemployed

--: recurrent
-- Only who has days enough ever can have them within the window.
create table recurrent as
select candidates.person_id, candidates.month
from (
    select *, (day - interval 16 month)::date as since from unemployed
    where not long_term and days_before + (day - start) + 1 >= 365
) candidates
asof left join spells before
    on candidates.person_id = before.person_id and since >= before.start
where candidates.days_before + (day - candidates.start) + 1
    - coalesce(before.days_before + (least(since, before.stop) - before.start) + 1, 0) >= 365;

--: in_service
create table in_service as
select distinct person_id, month, day
from read_parquet('{folder}/service.parquet') services
join count_days on day between start and coalesce("end", date '2300-01-01')
anti join unemployed using (person_id, month);

--: plans
create table searches as
select person_id, start, max(coalesce("end", date '2300-01-01')) over (
    partition by person_id order by start rows unbounded preceding
) as reach from read_parquet('{folder}/job_search.parquet');
create table signed as
select person_id, signed, max(review) as review, bool_or(review is null) as without_review
from read_parquet('{folder}/plan.parquet') group by all;
create table due as
select unemployed.person_id, month, signed is not null as planned,
    coalesce(review >= day or without_review and signed > day - interval 3 month, false) as valid
from (select *, day - 14 as ripe from unemployed) unemployed
asof join searches on unemployed.person_id = searches.person_id and ripe >= searches.start
asof left join signed on unemployed.person_id = signed.person_id and day >= signed
where reach >= day;

--: stock_events
select unemployed.person_id, unemployed.month, unemployed.day, unemployed.day as line_day,
    (unemployed.day - start)::integer as elapsed, long_term,
    recurrent.person_id is not null as recurrent, planned is not null as due,
    coalesce(planned, false) as planned, coalesce(valid, false) as valid
from unemployed left join recurrent using (person_id, month) left join due using (person_id, month)

--: started_events
select person_id, month, start as day, start + 14 as line_day,
    stop >= start + interval {n} month as passed
from spells join count_days on date_trunc('month', start) + interval {n} month = first

--: ended_events
select person_id, month, stop as day, stop as line_day, (stop - start + 1)::integer as days
from spells join count_days on date_trunc('month', stop) = first

--: in_service_events
select *, day as line_day from in_service

--: offers
create table work as
select person_id, start from read_parquet('{folder}/employment_code.parquet')
where code in ('00', '01', '09');

--: offers_events
select offers.person_id, month, date as day, date as line_day, offers.person_id as person,
    vacancy_id as vacancy,
    result is null or result not in ('03', '07', '13', '51') as decided,
    coalesce(result in ('01', '52'), false) as filled,
    date + 30 <= date '{extract}' as observed_30, date + 90 <= date '{extract}' as observed_90,
    coalesce(work.start - date <= 30, false) as employed_30,
    coalesce(work.start - date <= 90, false) as employed_90
from read_parquet('{folder}/job_offer.parquet') offers
join count_days on date_trunc('month', date) = first
asof left join work on offers.person_id = work.person_id and date < work.start
