"""What ``make_lexicon.py`` knows by hand: strong verbs, doubling verbs, newer words, pairs that reading threw out."""

from __future__ import annotations

# Verbs whose past and participle differ, or that WordNet's exception list leaves out because a form equals the base.
STRONG = {
    verb: (past, participle)
    for verb, past, participle in (
        line.split()
        for line in """
        be was/were been
        have had had
        do did done
        go went gone
        undo undid undone
        redo redid redone
        outdo outdid outdone
        undergo underwent undergone
        arise arose arisen
        awake awoke awoken
        bear bore borne/born
        beat beat beaten
        become became become
        begin began begun
        bet bet/betted bet/betted
        bid bid bid/bidden
        bite bit bitten
        blow blew blown
        break broke broken
        broadcast broadcast/broadcasted broadcast/broadcasted
        burst burst burst
        cast cast cast
        choose chose chosen
        come came come
        cost cost cost
        cut cut cut
        draw drew drawn
        drink drank drunk
        drive drove driven
        eat ate eaten
        fall fell fallen
        fit fit/fitted fit/fitted
        fly flew flown
        forbid forbade forbidden
        forecast forecast/forecasted forecast/forecasted
        foresee foresaw foreseen
        forget forgot forgotten
        forgive forgave forgiven
        freeze froze frozen
        get got got/gotten
        give gave given
        grow grew grown
        hide hid hidden
        hit hit hit
        hurt hurt hurt
        input input/inputted input/inputted
        know knew known
        let let let
        lie lay/lied lain/lied
        mistake mistook mistaken
        offset offset offset
        overcome overcame overcome
        override overrode overridden
        oversee oversaw overseen
        overtake overtook overtaken
        overwrite overwrote overwritten
        output output/outputted output/outputted
        prove proved proven/proved
        put put put
        quit quit quit
        read read read
        reread reread reread
        rewrite rewrote rewritten
        reset reset reset
        retake retook retaken
        ride rode ridden
        ring rang rung
        rise rose risen
        run ran run
        rerun reran rerun
        saw sawed sawn/sawed
        see saw seen
        set set set
        sew sewed sewn/sewed
        shake shook shaken
        shed shed shed
        show showed shown/showed
        shrink shrank shrunk
        shut shut shut
        sing sang sung
        sink sank sunk
        slit slit slit
        sow sowed sown/sowed
        speak spoke spoken
        split split split
        spread spread spread
        spring sprang sprung
        steal stole stolen
        stink stank stunk
        strike struck struck/stricken
        strive strove striven
        swear swore sworn
        swell swelled swollen
        swim swam swum
        take took taken
        tear tore torn
        throw threw thrown
        thrust thrust thrust
        undertake undertook undertaken
        upset upset upset
        wake woke woken
        wear wore worn
        weave wove woven
        wed wed/wedded wed/wedded
        wet wet/wetted wet/wetted
        withdraw withdrew withdrawn
        write wrote written
        """.strip().splitlines()
    )
}
# WordNet knows only the rarer form of these ("learnt"), or the rarer spelling ("focussed").
REGULAR_FIRST = frozenset(
    "burn learn spell dream smell spoil spill leap lean kneel focus benefit bias target bus gas plead dive "
    "shine strive sneak clothe work chide cleave bend light worship combat".split()
) - {"bend", "light", "strive"}
# Stressed on the last syllable, so the l doubles on both sides of the Atlantic; "cancelled" leads by use.
DOUBLE_L = frozenset(
    "control compel excel propel expel rebel repel dispel patrol enrol cancel install fulfil distil instil sell tell "
    "feel fall deal steal spell smell".split()
)
# Verbs younger than WordNet's list whose last consonant doubles.
DOUBLING = ("debug", "unzip", "unplug", "reformat", "retransmit", "refit", "unpin", "remap", "input", "output")
# Latin plurals that alone are English usage; the others ("indices", "formulae") stand behind the regular plural.
LATIN_ONLY = frozenset(
    "datum medium bacterium stratum stimulus nucleus alumnus fungus radius larva alga erratum crisis axis "
    "child ox die wife life".split()
)
# WordNet lists "busses" and knows no "people" for "person".
PLURALS = {"bus": "buses/busses", "gas": "gases/gasses", "person": "people/persons"}
O_TAKES_ES = ("echo", "hero", "potato", "tomato", "torpedo", "veto", "embargo")

# Words whose use has moved since SemCor was tagged (1960s prose): shares of nouns and verbs by our own estimate.
SINCE_SEMCOR = {
    "access": "n20 v20", "app": "n30", "backup": "n15", "bank": "n60 v3", "boot": "n8 v8", "browser": "n15",
    "bug": "n15 v1", "cache": "n10 v5", "card": "n40", "check": "v40 n20", "clean": "v25 a25", "click": "v25 n8",
    "close": "v40 a40 r10", "code": "n40 v8", "command": "n30 v5", "compile": "v15", "configure": "v15",
    "connect": "v40", "convert": "v30", "copy": "v30 n20", "count": "v25 n20", "crash": "n10 v10", "database": "n25",
    "debug": "v12", "default": "n15 v2", "delete": "v30", "directory": "n20", "disable": "v12", "display": "v25 n15",
    "download": "v20 n10", "edit": "v20 n1", "email": "n25 v8", "empty": "a25 v10", "enable": "v25", "encode": "v10",
    "error": "n40", "execute": "v25", "export": "v15 n10", "extract": "v20 n5", "file": "n60 v8", "filter": "v15 n15",
    "find": "v200 n1", "fix": "v30 n5", "folder": "n20", "format": "n20 v20", "generate": "v25", "implement": "v25",
    "import": "v15 n10", "initialize": "v8", "input": "n20 v5", "insert": "v20 n1", "install": "v25",
    "internet": "n15", "keyboard": "n10", "laptop": "n12", "link": "n25 v20", "list": "n30 v25", "load": "v20 n20",
    "lock": "v15 n10", "log": "n20 v15", "login": "n12", "match": "v20 n15", "merge": "v15 n2", "mobile": "a10 n3",
    "online": "a10 r10", "open": "v50 a50", "option": "n25", "output": "n20 v4", "parse": "v10", "password": "n20",
    "paste": "v10 n6", "permission": "n20", "phone": "n40 v10", "plot": "n15 v15", "print": "v25 n10",
    "process": "n40 v15", "program": "n50 v8", "query": "n15 v8", "rename": "v12", "replace": "v40", "reset": "v15 n2",
    "restart": "v10 n1", "retrieve": "v15", "return": "v50 n20", "save": "v40", "scan": "v10 n6", "script": "n20 v2",
    "search": "v30 n25", "select": "v30", "server": "n20", "software": "n25", "sort": "v30 n30", "split": "v25 n5",
    "store": "v25 n25", "string": "n25 v2", "subscribe": "v8", "text": "n30 v5", "track": "v15 n15",
    "transfer": "v20 n20", "type": "n40 v15", "uninstall": "v8", "update": "v25 n12", "upgrade": "v10 n8",
    "upload": "v15 n5", "user": "n40", "validate": "v10", "variable": "n20 a5", "verify": "v20", "video": "n20",
    "view": "v20 n30", "website": "n20", "withdraw": "v15", "zip": "v8 n6", "charge": "v25 n20", "refund": "n12 v12",
    "order": "n40 v20", "payment": "n40", "ship": "v15 n30", "recipe": "n15", "cook": "v25 n8", "bake": "v12",
    "boil": "v15", "current": "a40 n10", "physical": "a40", "virtual": "a12", "pending": "a10",
    "recursively": "r6", "automatically": "r15", "manually": "r10",
}  # fmt: skip

# Words whose remaining pairs were read and found wrong in too many domains: "bucket/pail" breaks cloud storage,
# "populate/inhabit" databases, "paste/glue" the clipboard, "bias/prejudice" statistics, "presently/soon" everyone.
UNFIT: dict[str, frozenset[str]] = {
    "n": frozenset(
        """
        adherent disciple advancement progress agency bureau aid animal creature beast annoyance irritation try effort
        author writer axiom maxim babe behavior conduct bias prejudice bitterness resentment black blackness bucket pail
        bulge bulk majority calling career carpet rug tragedy chance opportunity characteristic feature kid youngster
        choice selection cloth fabric textile clump cluster clotting coagulation coast comment remark commission
        committee companion comrade complex composite component element constituent conclusion decision consequence
        effect contempt scorn corp corporation country nation credo creed criterion standard cry yell curtain drapery
        dark darkness dealer trader decoration ornament deficiency lack deity divinity demon fiend departure destiny
        fate detector sensor dice die disc disk dweller inhabitant epoch era ethic evaluation rating example instance
        exercise workout expansion enlargement experiment experimentation exudate factory mill faith religion fashion
        manner mode fence food nutrient forest woods fortune luck fringe periphery gag joke ghost specter glance
        glimpse grin smile group harm hurt haste hurry hate hatred haversack knapsack heater warmer holiday vacation
        honor hunch suspicion idea thought individual person ingestion intake uptake innovation invention integrity
        unity intention purpose kind sort laugh laughter lens lense likeness similitude ma mama mamma pa papa melody
        tune menace threat min minute minister pastor monarch sovereign motivation motive narrative tale negotiation
        neoplasm tumor obligation responsibility occupant resident occurrence odor smell offer offering panic terror
        part portion pay salary wage penalty punishment percent percentage petition request plan program procedure
        process profit project undertaking promotion publicity protuberance pupil student range scope remainder rest
        retention sadness unhappiness scheme strategy scream shriek seashore sec second shop store spectator viewer
        speed velocity spring springtime talk technology engineering test trial toy plaything travel tube vote
        wool woolen year yr communication comparison measurement men manpower guerilla guerrilla menu
        """.split()
    ),
    "v": frozenset(
        """
        advocate recommend affirm confirm corroborate amplify magnify answer reply approve sanction
        arouse assail assault
        associate attack reach battle combat bawl bellow beckon wave blight plague build construct
        cease quit center cite
        mention compel oblige compete vie concern pertain condemn decry confine limit confront face connect link conquer
        inhibit consist continue proceed couple pair crawl creep creak screech cross traverse decorate ornament
        decrease lessen diminish desert forsake destine doom detect notice determine ascertain devise invent dictate
        prescribe die perish discount dismiss disrupt interrupt distort warp divide separate double
        duplicate elicit evoke
        employ utilize encourage promote end terminate endeavor strive ensure insure establish found evidence manifest
        exceed transcend exudate exude fancy visualize fool gull forbid prohibit forestall foster further frustrate
        thwart furnish gasp pant glare glower glint glitter glue paste guide steer harvest reap hasten rush race
        illuminate illumine incline inhabit populate injure wound instal intend mean jerk yank lean tilt leap spring
        lease rent long yearn meditate muse ponder merge unify unite motivate prompt necessitate patrol police patronize
        sponsor plod trudge postpone shelve prevent print publish provide supply react respond rebuke scold recede
        retreat regain retrieve reveal uncover roam wander stray scatter disperse spark trigger speak talk strengthen
        fortify suppress tend withstand defy deem allow ensure chortle chuckle harass swirl whirl crystalise crystalize
        """.split()
    ),
    "a": frozenset(
        """
        apparent evident bizarre eccentric broad wide cardinal key central cherry scarlet red crimson clad cruel savage
        damn goddamn dear beloved tremendous entire total eternal perpetual ex passe excess extra surplus fake phony
        famous fashionable stylish fleet swift glacial icy globose globular gold golden gray greasy oily sebaceous
        gymnastic acrobatic haired hairy halfway midway huge vast immense individual single inherent integral intent
        keen marshy swampy muddy minimal minimum miserable wretched mythical nutrient nutritive alimentary bats nuts
        ominous sinister oval ovoid prickly bristly queer rum recurrent religious spiritual rhythmic rhythmical shaggy
        bushy shiny lustrous skillful practiced tropic tropical ungulate hoofed treelike arborescent ungainly consequent
        resultant frightful horrible dingy grimy bony gaunt ductile malleable diminutive teen small pretentious
        ostentatious miscellaneous superlative tiny teenage
        """.split()
    ),
    "r": frozenset(
        """
        absolutely utterly perfectly accordingly consequently later subsequently aggressively
        sharply anyhow attractively
        beautifully basically essentially fundamentally brightly brilliantly commonly ordinarily consistently
        systematically constantly invariably deeply profoundly doubtless undoubtedly specially excessively overly
        fairly pretty reasonably moderately farther further fine freshly newly frantically madly likely likewise
        similarly merely simply north northward part peculiarly presently soon purely strictly rearward remarkably
        unusually sideway sideways lately
        """.split()
    ),
}
# Pairs that hold one way only: "car" for every automobile, not "automobile" for every car part.
UNFIT_PAIRS: dict[str, frozenset[tuple[str, str]]] = {
    "n": frozenset(
        {("result", "outcome"), ("shareholder", "stockholder"), ("doctor", "physician"), ("car", "automobile")}
    ),
    "v": frozenset(
        {("agree", "concur"), ("repair", "mend"), ("recall", "recollect"), ("ignore", "disregard"), ("try", "attempt"),
         ("accomplish", "fulfil"), ("fulfil", "accomplish"), ("deserve", "merit"), ("start", "commence"),
         ("begin", "commence"), ("help", "aid")}
    ),
    "a": frozenset(),
    "r": frozenset({("never", "ne'er")}),
}  # fmt: skip
