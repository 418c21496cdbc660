"""The contract for authors of unit types and campaigns.

Import names from here only; what is not in ``__all__`` may change without notice.
"""

from thidua_sdk.aggregates import *  # noqa: F403  the modules' own __all__ is the list
from thidua_sdk.aggregates import __all__ as _aggregates
from thidua_sdk.calendar import *  # noqa: F403
from thidua_sdk.calendar import __all__ as _calendar
from thidua_sdk.comparison import *  # noqa: F403
from thidua_sdk.comparison import __all__ as _comparison
from thidua_sdk.contract import *  # noqa: F403
from thidua_sdk.contract import __all__ as _contract
from thidua_sdk.evidence import *  # noqa: F403
from thidua_sdk.evidence import __all__ as _evidence
from thidua_sdk.fields import *  # noqa: F403
from thidua_sdk.fields import __all__ as _fields
from thidua_sdk.findings import *  # noqa: F403
from thidua_sdk.findings import __all__ as _findings
from thidua_sdk.record import *  # noqa: F403
from thidua_sdk.record import __all__ as _record
from thidua_sdk.record_rules import *  # noqa: F403
from thidua_sdk.record_rules import __all__ as _record_rules
from thidua_sdk.row_rules import *  # noqa: F403
from thidua_sdk.row_rules import __all__ as _row_rules
from thidua_sdk.row_states import *  # noqa: F403
from thidua_sdk.row_states import __all__ as _row_states
from thidua_sdk.rules import *  # noqa: F403
from thidua_sdk.rules import __all__ as _rules
from thidua_sdk.schema import *  # noqa: F403
from thidua_sdk.schema import __all__ as _schema
from thidua_sdk.shorthand import *  # noqa: F403
from thidua_sdk.shorthand import __all__ as _shorthand
from thidua_sdk.table_rules import *  # noqa: F403
from thidua_sdk.table_rules import __all__ as _table_rules
from thidua_sdk.wording import *  # noqa: F403
from thidua_sdk.wording import __all__ as _wording

__all__ = [  # noqa: PLE0604  joined from the modules
    *_aggregates,
    *_calendar,
    *_comparison,
    *_contract,
    *_evidence,
    *_fields,
    *_findings,
    *_row_states,
    *_record,
    *_record_rules,
    *_row_rules,
    *_rules,
    *_schema,
    *_shorthand,
    *_table_rules,
    *_wording,
]
