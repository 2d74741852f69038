"""How people leave unemployment: spells from the register, hazards, competing causes.

The frames:

* **spells** (:func:`~indicators.evaluation.survival.spells.unemployment_spells`): one row a spell
  of unemployment, with the cause it ended by;
* **person-months** (:func:`~indicators.evaluation.survival.person_months.person_months`): one row
  a spell and month of its duration, for hazards in discrete time;
* **episodes** (:func:`~indicators.evaluation.survival.person_months.episodes`): spells parted on
  the day something changes, for Cox's model.

See ``docs/decisions/0024-individuals.md``.
"""
