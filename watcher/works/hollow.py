"""Words that abstracts of every field are full of: two works that share them share nothing that a reader would believe.

They count for relatedness as far as the archive says; they are only never given as a reason.
"""

from __future__ import annotations

from watcher.works.vocabulary import term_of

_WRITTEN = """
instead rather within without toward towards study studies result effect patients including different increased
associated analysis compared based development data treatment high clinical activity level model provide reported
performed evaluated disease present potential time assessed function year investigated two significant identified
group control related improve factor aimed suggest one age following system method well mechanism higher role risk
measured observed specific rate indicated response finding reduced test important demonstrated respectively expression
general determine outcome review changes non total revealed case new health first research process three target
approach addition low induced type positive structure need decreased examined cause human sample current remains
conducted lower impact limited condition affect evidence treated analyzed involved combined regulation regulate
detected number mean predict required support novel understanding population strategy participants experience term
range therapy application correlation like information selected individual value large enhanced leading explore
pathway design via day collected work tissue care considered primary recent characteristic severe major common
interaction dependent single management describe characterized production produce challenge area multiple ratio long
complex score quality promote drug month similar contribute therapeutic received inhibition inhibit early set possible
negative hospital concentration progression progress relationship diagnosis complete form available useful future
initial efficient efficiency furthermore region established four better known cohort mediated many trial across
achieved standard play influence sensitivity derived growth consistent widely emerging proposed applied estimated key
direct validated occurred scale independent relative less properties exhibited against stage advanced small technique
period statistically highly feature moreover site variable discuss reduction critical finally conclusion normal
presence optimal vitro vivo index represent efficacy help size subject versus tool natural pattern operating
literature body main highlight defined week allow utilized relevant recorded objective parameter five containing
promising comparison free assay point reaction ability order benefit loss greater altered interval according component
event existing network profile underlying status line experimental underwent prospective field diagnosed still despite
calculated phase dose lack self procedure continuous prevalence knowledge median weight adjusted modulation modulate
whereas good previous previously second secondary article computed adverse extracted distribution confidence
subsequent recommended address even poor average source global safety facilitate essential stability survey incidence
frequently multivariate per quantitative diverse implementation implication purpose paper short part six open varied
end moderate reference rare enable concern successful baseline prepared central problem focused focus least program
comprehensive particularly unique content yield appears alternative step constructed together undergoing protocol
administration real elevated context proportion variation carried capacity become given location additionally interest
consequence serve way unclear identification failure offer closely older maintain frequency series best employed
account strong making prior solution history extensive accurate reverse origin attention herein length published along
detailed framework considerable mixed right stable issue duration later appropriate last recruited minimal predictor
reflect rapid decision act action abnormal guide little expected service enrolled daily correction reliable great
degree introduced particular transition substantial crucial task directly corresponding basis seven eight nine ten
candidate taken created excellent exposed divided reached planning displayed question necessary upregulated
downregulated explain typical partial whole elucidate able trend option conventional classified onset traditional
class larger young superior aspect amount background successfully gain advantage avoid precise longer comprised block
extended full opportunity robust feasibility deep clear simple modification variety double inclusion incorporated
numerous starting place descriptive around simultaneously third reason date residual shared alone percentage fold
fully mild fraction maximum capable repeated growing course past occurrence driven decade approximately understood
summarize attenuated beneficial consecutive adopted much called usually absence shift attributed preferred dimensional
goal difficult namely aim investigate accelerate partly several male female men women people adult child children
mouse mice rat rats animal humans post pre harvest separate assess upon thus therefore report western blot luciferase
qpcr elisa mir mirna ii iii iv vs ci hr 95 perspective prospect emphasis alleviate ameliorate suppress suppression
enrich down up rich medium intervention diagnostic resident binding overexpress over give take recognise recognize
stop sign flow know go come begin keep hold bring say tell see find look call hour half lead turn ask answer try want
put run stand leave lie thing kind side hand name word think believe learn read write speak everything nothing
something someone nobody anybody
"""
# Behind another word these do tell something: "stem cell", "growth factor", "wound therapy".
_TAILS = (
    "cell factor therapy disease model pathway axis trial tissue response treatment expression signaling growth loss"
)

HOLLOW = frozenset(filter(None, map(term_of, _WRITTEN.split()))) | {term_of("cell")}
TAILS = frozenset(map(term_of, _TAILS.split()))
# MeSH's check tags, which say on whom something was done.
CHECK_TAGS = frozenset(
    {"humans", "animals", "male", "female", "pregnancy", "mice", "rats", "rabbits", "swine", "dogs", "cats", "cattle"}
    | {"adult", "aged", "child", "infant", "adolescent", "middle aged", "young adult", "aged, 80 and over"}
    | {"child, preschool", "infant, newborn"}
)
