"""The closed classes of English: words that hold a sentence together and never have synonyms.

Lists after Huddleston and Pullum, "The Cambridge Grammar of the English Language" (2002), chapters 3,
5, 7 and 9, trimmed to what written questions use. All lower case; contractions carry a straight
apostrophe, and a caller that meets a curly one folds it first.
"""

from __future__ import annotations

ARTICLES = frozenset({"a", "an", "the"})

POSSESSIVES = frozenset({"my", "your", "his", "her", "its", "our", "their", "whose"})

DETERMINERS = (
    ARTICLES
    | POSSESSIVES
    | frozenset(
        """
        this that these those some any no each every either neither both all half several many much few
        fewer less more most another other such what which whatever whichever enough own certain same
        """.split()
    )
)

SUBJECT_PRONOUNS = frozenset({"i", "you", "he", "she", "it", "we", "they", "one", "who"})

PRONOUNS = SUBJECT_PRONOUNS | frozenset(
    """
    me him her us them mine yours hers ours theirs myself yourself himself herself itself oneself ourselves
    yourselves themselves this that these those whom whose what which whoever whomever whatever
    whichever someone somebody something anyone anybody anything everyone everybody everything nobody nothing
    none another other others each both either neither all some any many few several
    i'm i've i'd i'll you're you've you'd you'll he's he'd he'll she's she'd she'll it's it'd it'll we're we've
    we'd we'll they're they've they'd they'll that's that'll there's there're what's who's where's how's when's
    why's here's let's
    """.split()
)

PREPOSITIONS = frozenset(
    """
    about above across after against along alongside amid among amongst around as at atop before behind below
    beneath beside besides between beyond by concerning despite down during except excluding following for from
    in including inside into like minus near of off on onto opposite out outside over past per plus regarding
    round since than through throughout till to toward towards under underneath unlike until unto up upon
    versus vs via with within without
    """.split()
)

PARTICLES = frozenset("up off out in on down over back away through around along apart aside together".split())

BE = frozenset(
    """
    be am is are was were been being isn't aren't wasn't weren't ain't 'm 're
    """.split()
)
HAVE = frozenset({"have", "has", "had", "having", "haven't", "hasn't", "hadn't", "'ve"})
DO = frozenset({"do", "does", "did", "doing", "done", "don't", "doesn't", "didn't"})
MODALS = frozenset(
    """
    can could may might must shall should will would ought need dare cannot can't couldn't mayn't mightn't mustn't
    shan't shouldn't won't wouldn't oughtn't needn't daren't 'll 'd
    """.split()
) - {"need", "dare"}  # as often ordinary verbs: "I need a file"; tagging leaves them without synonyms anyway

AUXILIARIES = BE | HAVE | DO | MODALS

NEGATIONS = frozenset(
    """
    not no never none nobody nothing nowhere neither nor without hardly barely scarcely cannot n't
    """.split()
) | frozenset(word for word in AUXILIARIES if word.endswith("n't"))

CONJUNCTIONS = frozenset(
    """
    and or but nor so yet if unless because although though while whereas whether that when whenever where wherever
    after before since until till once as than lest provided
    """.split()
)

QUESTION_WORDS = frozenset(
    """
    how why when where what which who whom whose however whenever wherever
    """.split()
)

# Adverbs that steer the sentence rather than describe: swapping one changes scope, degree or time.
OPERATOR_ADVERBS = frozenset(
    """
    there here then now thus hence therefore too also very just only even still again already always ever often
    sometimes else instead rather quite almost yet more most less least much so as well anyway perhaps maybe
    please yes ok okay both not never once twice ago
    """.split()
)

# Verbs too light to mean the same thing twice: "take a look", "get going", "make sure", "need to".
LIGHT_VERBS = frozenset(
    """
    get gets got gotten getting make makes made making go goes went gone going take takes took taken taking
    give gives gave given giving put puts putting come comes came coming let lets letting keep keeps kept keeping
    set sets setting run runs ran running use uses used using need needs needed needing want wants wanted wanting
    say says said saying
    """.split()
)

FUNCTION_WORDS = (
    DETERMINERS | PRONOUNS | PREPOSITIONS | AUXILIARIES | NEGATIONS | CONJUNCTIONS | QUESTION_WORDS | OPERATOR_ADVERBS
)
