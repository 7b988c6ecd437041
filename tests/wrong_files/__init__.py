"""Rule files as people get them wrong: where, what they are told, and what to write instead."""

from tests.wrong_files.acting import ACTING
from tests.wrong_files.counted import COUNTED
from tests.wrong_files.elsewhere import ELSEWHERE
from tests.wrong_files.keys import KEYS
from tests.wrong_files.sentences import SENTENCES
from tests.wrong_files.several import SEVERAL
from tests.wrong_files.spoken import SPOKEN
from tests.wrong_files.surroundings import SURROUNDINGS
from tests.wrong_files.times import TIMES
from tests.wrong_files.writing import WRITING

WRONG_FILES = (*WRITING, *KEYS, *TIMES, *SENTENCES, *SPOKEN, *COUNTED, *SURROUNDINGS, *ACTING, *SEVERAL, *ELSEWHERE)
