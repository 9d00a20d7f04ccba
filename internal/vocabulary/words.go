package vocabulary

// words has one line per word: the word, then its flags and values. It is a
// constant and not an embedded file because a line concerns few readers: the tests
// of versions (package versiontest) ask for a new version of every stage that
// embeds a file when the file changes, but of a stage that reads this constant only
// when its output changes.
const words = `
& connector/learn job-part
10th number=10
11th number=11
12th number=12
13th number=13
14th number=14
15th number=15
1st number=1
2d nth=2 number=2
2nd nth=2 number=2
3d nth=3 role-beside number=3
3rd nth=3 role-beside number=3
4th nth=4 number=4
5th number=5
6th number=6
7th number=7
8th number=8
9th number=9
a/k/a role-describing
ab company/find form=ab
abby formal=abigail
abe formal=abraham
academy org org-of
acc expand=accident
accident generic
accordingly not-surname
account job-part
accountant not-surname role/sheet job
accounting job-part
accused role/learn
aclu agency
act law
acting title-part role-beside role-describing job-part
ad role-beside
adams surname-common
addie formal=adelaide,adeline
additional role-beside
addl stop/learn
adm title/compare role-beside
admin role/sheet role-beside
administered role-beside
administration org
administrative title-part job-part
administrator title/compare not-surname role/sheet role-describing job
admiral title/compare
adviser not-surname job
advisor not-surname job
advisors org
advocate title/learn
affairs everywhere
affidavit not-surname
affiliate body-kind deal-side
affiliates group
afghan nation
africa region
african nation
afterwards not-surname
ag company form=ag
agency org org-of generic body-kind
agent title role/sheet job
aggie formal=agnes
agreement not-surname
airlines org generic
airways org generic
aka role-describing
aktiengesellschaft form=ag
al particle connector/learn stop/split formal=albert,alan,alfred,alexander
ala stop/learn stop/split
albanian nation
alec formal=alexander
alex formal=alexander,alexandra
alf formal=alfred
algerian nation
ali formal=alison
alleged role-beside
allen surname-common
alliance org org-for
allie formal=allison,alice
also not-surname
alternate role-beside
alvarez surname-common
ambassador title
amendment law/learn
america generic region
american generic region not-surname nation
americas region
amicus role/learn role/sheet
analyst not-surname job
and everywhere filler connector/learn role-beside job-part
anderson surname-common
andie formal=andrea
andy formal=andrew
angie formal=angela
ann stop/split
annie formal=ann
app stop/learn stop/split
appellant role
appellants role/find role/learn role/sheet
appellate title-part
appellee role
appellees role/find role/learn role/sheet
appendix not-surname
applicant role/case
application generic
appointed role-beside
appraiser role/sheet
approx stop/split
apr stop/split month=4
april month=4
aps company/find
apt stop/split
arbitrator role/sheet
archbishop title/compare
archdiocese org/find
archie formal=archibald
are generic body-kind
ariz stop/learn stop/split
ark stop/learn stop/split
armenian nation
army org/learn
art stop/learn stop/split formal=arthur
article not-surname law/learn
articles law/learn
arts stop/split
asia region
asian nation
ass'n org stop
assembly everywhere
assignee role/sheet
assistant title-part not-surname role-beside role-describing job-part
assn expand=association org stop
assoc expand=association stop/split
associate title/compare not-surname job job-part
associates org generic
association org org-of org-for generic body-kind
assocs expand=associates
asst role-beside stop/learn
at connector/learn
atf agency us-agency=bureau_alcohol_tobacco_firearms_explosives
atlantic region
attorney title generic everywhere not-surname role-describing job
attorneys job
atty title/compare expand=attorney stop
auctioneer role/sheet
auditor not-surname
aug stop/split month=8
augie formal=august,augustus
august month=8
ausa title/compare not-surname role-describing
australia region
australian generic not-surname nation
austrian generic not-surname nation
authority org org-of generic body-kind
authorized job-part
auto expand=automobile
automobile generic
ave street stop/split
avenue street
avv title/compare not-surname
ba post-nominal/comma
bailey surname-common
baker surname-common
bancorp org
bank org org-of generic
bankr stop/split
bankruptcy title-part role-beside
bankruptcy-judge role/sheet
barb formal=barbara
barney formal=bernard,barnaby
bart formal=bartholomew
bbc agency
bd expand=board
be generic body-kind
bea formal=beatrice
becky formal=rebecca
before title/learn
belgian generic not-surname nation
bella formal=isabella
ben formal=benjamin
benj given formal=benjamin
bennett surname-common
bernie formal=bernard
bert formal=albert,robert,herbert
bess formal=elizabeth
bessie formal=elizabeth
beth formal=elizabeth,bethany
betsy formal=elizabeth
betty formal=elizabeth
bev formal=beverly
bia us-agency=bureau_indian_affairs
bill formal=william
billie formal=wilhelmina,william
billy formal=william
bin particle connector/learn
biosciences org/find
bldg stop/split
blm us-agency=bureau_land_management
bloc org/find org-weak
blvd street stop/split
board org org-of org-weak generic body-part body-kind everywhere job-part
bob formal=robert
bobbie formal=roberta,robert
bobby formal=robert
bolivian nation
borough government
borrower body-kind deal-side
boulevard street
box street/learn
brad formal=bradley
branch org/find org-weak
brands org-weak
brazil region
brazilian generic not-surname nation
bridge street/compare
britain region
british generic not-surname nation
broker role/sheet
brooks surname-common
bros expand=brothers org stop
brotherhood org/find
brothers org generic
brown surname-common
bryan formal=brian
bs post-nominal/comma
bulgarian nation
bureau org org-of generic body-part
business job-part
buyer body-kind deal-side
bv company form=bv
cal stop/learn stop/split formal=calvin
cam formal=cameron
campaign org job-part
campbell surname-common
canada region
canadian generic not-surname nation
candidate not-surname
capital org org-weak generic
capt title stop
captain title
cardinal title/compare
care generic role-beside
carrie formal=caroline
carter surname-common
cas expand=casualty
cassie formal=cassandra
castillo surname-common
casualty generic
catherine formal=katherine
cathy formal=catherine
cbp agency us-agency=customs_border_protection
cdc agency us-agency=centers_disease_control_prevention
cece formal=cecilia
center org org-for org-weak generic
central region
centre expand=center org org-for org-weak
ceo not-surname job
cf stop/split
cfo not-surname job
cfpb agency us-agency=consumer_financial_protection_bureau
cftc agency us-agency=commodity_futures_trading_commission
ch stop/split
chair role/sheet job
chairman title/find title/learn not-surname job
chairperson job
chairwoman not-surname job
chapel org/find
chapter generic group role-describing law/learn
charlie formal=charles
chas given formal=charles
chavez surname-common
chief title/compare title/learn job-part
chilean nation
china region
chinese generic not-surname nation
chip formal=charles
chris formal=christopher,christine,christina
chrissy formal=christina,christine
chuck formal=charles
church org org-of generic
cia agency us-agency=central_intelligence_agency
cindy formal=cynthia
cio job
cir stop/learn stop/split
circuit title-part
city generic everywhere government job-part
civ stop/split
cj post-nominal/comma
cl stop/split
claim role-beside
claimant role
claimants role/find role/learn role/sheet
claims role-beside job-part
clark surname-common
clause law/learn
clem formal=clement
clerk title/learn post-nominal/comma job
client body-kind deal-side
cliff formal=clifford
clinic org
club org generic body-kind
cms us-agency=centers_medicare_medicaid_services
cntr expand=center
cnty expand=county
co company form=co expand=company stop job-part
co-founder job
coalition org org-for
code law
cofounder job
col title/compare stop
college org org-of generic
collins surname-common
colo stop/learn stop/split
colombian nation
colonel title/compare
comm role-beside stop/split
comm'n stop/split
comm'r stop/split
commander title/compare
commercial job-part
commission org org-of org-for generic body-part body-kind everywhere
commissioner title role-describing job
commissioners org
committee org org-for org-weak generic body-part body-kind deal-side role/sheet
commn expand=commission
commonwealth government
commr expand=commissioner
communications org generic body-part
community generic
companies form=co group
company company form=co org/find org-weak generic body-kind
competent body-kind
complainant role
complaint not-surname
compliance job-part
comptroller job
comte expand=committee
confirmation role-beside
congolese nation
congress org
congressman title male
congresswoman title female
conn stop/learn stop/split
connie formal=constance
consequently not-surname
conservator role/sheet
consol role-beside
consolidated role-beside
const law/learn
constitution law
constr expand=construction
construction generic
consulate org/find everywhere
consultant not-surname job
consulting org generic
consumer role-beside
contracting body-kind
contractor body-kind deal-side
controller not-surname job
coo job
cook surname-common
cooper surname-common
cooperative org
coordinator not-surname
corp company form=corp expand=corporation stop
corporate job-part
corporation company form=corp generic body-kind
corps org/learn
correction not-surname
correspondent not-surname
cos form=co stop/split
council org org-of org-for org-weak generic body-part everywhere
counsel title/compare title/learn not-surname job
counter role-beside
counterclaimant role/learn
county generic everywhere government job-part
court generic street/find role-beside
cox surname-common
cpa post-nominal
cpsc us-agency=consumer_product_safety_commission
cred role-beside
credit org/learn generic job-part
creditor body-kind deal-side role/learn role/sheet role/case
creditors role/learn role/sheet role-beside
crim stop/split
croatian nation
cross role-beside
cross-defendant role/learn
cruz surname-common
ct street/find stop/learn stop/split
cto job
ctr expand=center
cty expand=county
cuban not-surname nation
curiae role-beside
currently not-surname
curt formal=curtis
custodian role/sheet
customer body-kind deal-side
czech not-surname
d/b/a role-describing
da particle connector/learn
dame title/compare title/find female
dan formal=daniel
danish generic nation
danl given formal=daniel
danny formal=daniel
dave formal=david
davey formal=david
davis surname-common
davy formal=david
dba role-describing
dds post-nominal
de particle connector/learn
dea agency us-agency=drug_enforcement_administration
deb formal=deborah
debbie formal=deborah
debra formal=deborah
debtor body-kind deal-side role role-describing
debtors role/find role/learn role/sheet role-describing
dec stop/split month=12
deceased role-beside
december month=12
decision not-surname
declaration not-surname
deedee formal=deidre
default role-beside
defaulting role-beside
defence everywhere
defendant not-surname role role-describing
defendants not-surname role/find role/learn role/sheet
defender everywhere
defense everywhere
del particle connector/learn stop/learn stop/split
della particle
den particle connector/learn
dennie formal=dennis
denny formal=dennis
dep't stop/split
department org org-of generic body-part body-kind everywhere
dept expand=department org org-of stop
deputy title/find title/learn title-part not-surname role-beside role-describing job-part
der particle connector/learn
desi formal=desmond
design generic
det title/compare stop/find stop/learn
detective title
dev expand=development
developer not-surname
development generic job-part
dhs agency us-agency=department_homeland_security
di particle connector/learn
diaz surname-common
dick formal=richard
dictionary not-surname
diocese org/find
director title/find title/learn not-surname role-describing job
directors job
disbursing role-beside
dist expand=district stop
district title-part org/learn generic body-kind everywhere job-part
div expand=division stop/split
division org/find org-of org-weak generic body-part body-kind job-part
dkt stop/split
do post-nominal/comma
doc stop/split
docs stop/split
doctor not-surname
document not-surname
dod agency us-agency=department_defense
doe us-agency=department_energy
doi us-agency=department_interior
doj agency us-agency=department_justice
dol us-agency=department_labor
dolly formal=dorothy
dominican nation
don formal=donald
donny formal=donald
dos particle connector/learn
dot us-agency=department_transportation formal=dorothy
dott title/compare
dottie formal=dorothy
doug formal=douglas
dr title street/find street/learn stop
drew formal=andrew
drive street/find street/learn
drs title/compare
du particle
dusty formal=dustin
dutch generic not-surname nation
dvlpmt expand=development
dvm post-nominal
dwp agency
e.g stop/split
east generic region
eastern generic region
ed stop/split formal=edward,edwin,edgar
eddie formal=edward
editor not-surname
eds stop/split
educ expand=education
education generic everywhere
edw given formal=edward
edwards surname-common
eeoc agency us-agency=equal_employment_opportunity_commission
effie formal=euphemia
egyptian not-surname nation
eight number=8
eighth number=8
el particle connector/learn
elec expand=electric
electric org org-weak generic
eleven number=11
eleventh number=11
eliza formal=elizabeth
ella formal=eleanor
ellie formal=eleanor
elsie formal=elizabeth
embassy org/find everywhere
emmy formal=emily,emma
employ generic
employee not-surname job
employer not-surname
employment generic
endowment org/find org-for
energy org org-weak generic
eng'g stop/split
engg expand=engineering
engineer not-surname job
engineering generic
english nation
enterprise generic
enterprises org generic
enters expand=enterprises
entertainment org org-weak generic
entities group
entity body-kind
environmental generic
envt expand=environmental
envtl expand=environmental
eoir us-agency=executive_office_immigration_review
epa agency us-agency=environmental_protection_agency
ernie formal=ernest
esq post-nominal generation/learn role-describing stop
esquire post-nominal generation/learn role-describing
estate generic
et stop/split
ethiopian nation
etta formal=henrietta
europe generic region
european generic region not-surname nation
evans surname-common
eventually not-surname
evid stop/split
evie formal=evelyn
ex connector/learn stop/split
examiner role/sheet role-beside
exch expand=exchange
exchange generic
executive not-surname job-part
executive-director job-part
executor role-describing
executrix role-describing
exh stop/split
exhibit not-surname
exs stop/split
f/k/a role-describing
faa agency us-agency=federal_aviation_administration
fannie formal=frances
fanny formal=frances
farm generic
fbi agency us-agency=federal_bureau_investigation
fcc agency us-agency=federal_communications_commission
fda agency us-agency=food_drug_administration
fdic agency us-agency=federal_deposit_insurance_corporation
fdn expand=foundation
feb stop/split month=2
february month=2
fec us-agency=federal_election_commission
fed expand=federal stop/split
federal title-part generic
federation org org-of
fee role-beside
fema agency us-agency=federal_emergency_management_agency
ferc agency us-agency=federal_energy_regulatory_commission
fhfa us-agency=federal_housing_finance_agency
fifteenth number=15
fifth number=5
fig stop/split
figs stop/split
filing role-beside
filipino nation
fin expand=financial
finally not-surname
finance generic everywhere
financial org generic job-part
finnish generic nation
finra agency us-agency=financial_industry_regulatory_authority
fire everywhere
firm body-kind
first generic job-part number=1
five number=5
fka role-describing
fla stop/learn stop/split
flo formal=florence
floor street/learn
flores surname-common
florrie formal=florence
fn stop/split
food generic
foods org org-weak generic
for filler connector/learn role-beside
force org/learn
foreign everywhere role-beside job-part
former role-beside job-part
foster surname-common
found expand=foundation
foundation org org-for generic
founder job
founding job-part
four number=4
fourteenth number=14
fourth number=4
fr title/compare
fran formal=frances,francis
france region
frank formal=francis,franklin
frankie formal=frank,francis,franklin
franny formal=frances
fred formal=frederick,alfred
freddie formal=frederick
freddy formal=frederick
fredk given formal=frederick
french generic not-surname nation
friday weekday
fritz formal=frederick
fsb company/learn form=fsb
ft expand=fort stop/find stop/learn
ftc agency us-agency=federal_trade_commission
fund org org-weak generic body-kind
funding org/learn
funds generic
furthermore not-surname
ga stop/split
gabby formal=gabriella,gabrielle
gabe formal=gabriel
gao agency us-agency=government_accountability_office
garcia surname-common
garnishee role/sheet role/case
garnishees role/sheet
gas org org-weak generic
gen title/compare title/find expand=general stop
gene formal=eugene
general title/compare generic everywhere job job-part
geo given formal=george
geoff formal=geoffrey
georgian not-surname nation
german generic not-surname nation
germany region
gerry formal=gerald
gertie formal=gertrude
ghanaian nation
gil formal=gilbert
gina formal=regina
ginger formal=virginia
ginny formal=virginia
global generic job-part
gmbh company form=gmbh
gomes surname
gomez surname-common
gonzalez surname-common
gordy formal=gordon
gov title stop
gov't stop/split
government generic
governmental body-kind
governor title role-describing job
govt expand=government stop/learn
gray surname-common
greek generic not-surname nation
green surname-common
greg formal=gregory
group org org-weak generic group job-part
grp expand=group
gsa us-agency=general_services_administration
guar expand=guaranty
guarantor body-kind deal-side
guaranty generic
guardian role/sheet role-describing
guatemalan nation
gus formal=august,augustus
gutierrez surname-common
gwen formal=gwendolyn
haitian nation
hal formal=harold,henry
hall surname-common
hank formal=henry
harris surname-common
harry formal=harold,henry
hattie formal=harriet
haw stop/split
head job
health org/find org-weak generic everywhere role-beside
healthcare org generic
herb formal=herbert
hernandes surname
hernandez surname-common
hettie formal=henrietta
hhs agency us-agency=department_health_human_services
high generic
highway street
hill surname-common
hmrc agency
holding generic
holdings org generic
home generic everywhere
hon title judge stop
honduran nation
honorable title judge
honourable title/compare judge
hosp expand=hospital
hospital org org-of generic
hotels org
house org/learn org-of
housing generic
howard surname-common
however not-surname
hud us-agency=department_housing_urban_development
hughes surname-common
human job-part
hungarian not-surname nation
hwy street/find
i number=1
i.e stop/split
ibn particle/compare
ice us-agency=immigration_customs_enforcement
id stop/split
iggy formal=ignatius
ii generation nth=2 number=2
iii generation nth=3 number=3
ike formal=isaac
ill stop/learn stop/split
imf agency
in connector/learn role-beside
in-house job-part
inc company form=inc expand=incorporated stop
income generic
incorporated company form=inc generic
ind role/sheet stop/learn stop/split
indep expand=independent
india region
indian generic not-surname nation
indictment not-surname
individual role/sheet
individually role-describing
indonesian nation
indus expand=industries
industrial generic
industries org generic
industry generic
information role-beside job-part
initially not-surname
ins expand=insurance stop us-agency=immigration_naturalization_service
inspector everywhere not-surname
inst expand=institute
instead not-surname
institute org org-of org-for generic
insurance org generic
int'l stop
interest role-beside
interested role/sheet role-beside
interim role-beside job-part
interior everywhere
international org org-weak generic
interpleader role/sheet
interpol agency
interpreter not-surname
intervenor role
intervenors role/sheet
interview not-surname
intl expand=international
investigation not-surname
investment generic job-part
investments org org-weak generic
involuntary role-beside
ira not-surname
iranian not-surname nation
iraqi not-surname nation
ireland region
irish generic not-surname nation
irs agency us-agency=internal_revenue_service
is generic body-kind
israeli generic not-surname nation
issuer body-kind deal-side
italian generic not-surname nation
italy region
itc us-agency=international_trade_commission
iv generation nth=4 number=4
ix number=9
izzy formal=isabella,isidore
jack formal=john
jackie formal=jacqueline
jackson surname-common
jake formal=jacob
jamaican nation
james surname-common
jamie formal=james
jan stop/split month=1 formal=janet,janice
january month=1
japan region
japanese generic not-surname nation
jas given formal=james
jd post-nominal
jed formal=jedediah
jeff formal=jeffrey
jeffry formal=jeffrey
jem formal=jeremiah
jen formal=jennifer
jenny formal=jennifer
jere formal=jeremiah
jerry formal=gerald,jerome
jess formal=jessica
jim formal=james
jimenez surname-common
jimmy formal=james
jno given formal=john
jnt role-beside
jo formal=josephine,joanna
jody formal=joseph,judith
joe formal=joseph
joey formal=joseph
johnny formal=john
johnson surname-common
joint body-kind role-beside
jointly role-beside
jon formal=jonathan
jones surname-common
jordanian nation
jos given formal=joseph
josh formal=joshua
josie formal=josephine
journal org
jr generation nth=jr stop
judge title judge post-nominal/comma
judges title/find judge
judgment not-surname
judy formal=judith
jul stop/split month=7
julie formal=julia
july month=7
jun stop/split month=6
june month=6
junior nth=jr
justice title judge everywhere
justices title/find judge
kan stop/learn stop/split
kat formal=katherine
kate formal=katherine
kathryn formal=katherine
kathy formal=katherine
katie formal=katherine
kay formal=katherine
kc post-nominal
kelly surname-common
ken formal=kenneth
kenny formal=kenneth
kenyan nation
kg company form=kg
kim surname-common formal=kimberly
king surname-common
kit formal=christopher,katherine
kitty formal=katherine
kk form=kk
korea region
korean generic not-surname nation
kris formal=kristen,kristina,kristopher
kumari title/learn
ky stop/split
l.a.r law/find
la particle connector/learn stop/split
laboratories org generic
laboratory body-kind
labs expand=laboratories org/find
lady title female
lane street
lanny formal=lawrence
lar law/find
larry formal=lawrence
later not-surname
latin region
laurence formal=lawrence
laurie formal=laura,lawrence
law generic body-kind
lc company/find form=llc
le particle connector/learn
lead job-part
league org org-of generic
lebanese nation
lee surname-common
legal job-part
len formal=leonard
lender body-kind deal-side
lending org/learn
lenny formal=leonard
les formal=leslie,lester
letter not-surname
lettie formal=letitia
lew formal=lewis,louis
lewis surname-common
libby formal=elizabeth
libyan nation
licensee body-kind deal-side
licensor body-kind deal-side
lieutenant title
life generic
lily formal=lillian
limited company form=ltd generic
limited_liability_company form=llc
limited_liability_partnership form=llp
limited_partnership form=lp
lines generic
liquidating role-beside
liquidation role-beside
liquidator role/sheet
litem role-beside
liz formal=elizabeth
lizzie formal=elizabeth
llb post-nominal
llc company form=llc not-surname stop/find stop/learn
lllp company form=lllp
llm post-nominal
llp company form=llp not-surname stop/find stop/learn
ln street
loan job-part
local body-kind everywhere law/find
logistics org generic
lon formal=alonzo
long surname-common
lopez surname-common
lord title male
lorrie formal=lorraine
lottie formal=charlotte
lou formal=louis,louise
louie formal=louis
lp company form=lp stop/find stop/learn
lt title stop
ltd company form=ltd expand=limited stop
ltda form=ltd
ma post-nominal/comma
mac particle/compare
madam title/compare female
maddy formal=madeline,madeleine
madge formal=margaret
maggie formal=margaret
magistrate title judge
maj stop/split
malaysian nation
management org org-weak generic
manager not-surname job
managing job-part
mandy formal=amanda
manny formal=emanuel,manuel
manufacturing org generic
mar stop/split month=3
march month=3
marge formal=margaret,marjorie
margie formal=margaret,marjorie
margo formal=margaret
market generic body-part
marketing generic job-part
martin surname-common
martinez surname-common
marty formal=martin
marv formal=marvin
mass stop/learn stop/split
master title/compare role/sheet
material role-beside
matt formal=matthew
maud formal=matilda
maury formal=maurice
max formal=maxwell,maximilian
may generic body-kind month=5
mayor title role-describing job
mba post-nominal
mc particle/compare
md post-nominal stop/split
me stop/split
meanwhile not-surname
med expand=medical
media org org-weak generic body-part
mediator role/sheet
medical org org-weak generic job-part
meg formal=margaret
meggie formal=margaret
mel formal=melvin,melanie
member role-beside job
memorandum not-surname
mendoza surname-common
messrs title/compare stop/learn stop/split
metro expand=metropolitan
metropolitan generic
mexican generic not-surname nation
mexico region
mfg expand=manufacturing org/find stop
mgmt expand=management stop/find stop/learn
mgt expand=management
mich stop/learn stop/split
mick formal=michael
mickey formal=michael
mike formal=michael
mikey formal=michael
miller surname-common
millie formal=mildred,millicent
mills org
milly formal=mildred
mimi formal=miriam
mindy formal=melinda
minister not-surname
ministries org/find
ministry org org-of generic body-kind everywhere
minn stop/learn stop/split
minnie formal=wilhelmina
misdemeanor not-surname
miss title female spousal stop/split
missy formal=melissa
mitch formal=mitchell
mitchell surname-common
mo stop/split
moe formal=moses,maurice
molly formal=mary
monday weekday
monitor role/sheet
mont stop/split
moore surname-common
morales surname-common
moreover not-surname
morgan surname-common
moroccan nation
morris surname-common
mort formal=mortimer,morton
mortgage org/learn
mosque org/find
motion generic
motor generic
motors org
movant role/learn role/sheet role/case
movants role/sheet
mr title male spousal stop
mrs title female spousal stop
ms title female spousal post-nominal/comma stop
mspb us-agency=merit_systems_protection_board
mt expand=mount stop/find stop/learn
mun expand=municipal
municipal generic
municipality government
murphy surname-common
museum org org-of
mut expand=mutual
mutual generic
mx title/compare
myers surname-common
n stop/split
na company form=na
nan formal=ann
nancy formal=ann
nannie formal=ann
nasa agency us-agency=national_aeronautics_space_administration
nat formal=nathaniel,nathan
nat'l stop
nate formal=nathaniel,nathan
national generic everywhere job-part
national_association form=na
nationality not-surname
natl expand=national
nato agency
navy org/learn
neb stop/learn stop/split
ned formal=edward
nell formal=helen,eleanor
nellie formal=helen,eleanor
nelson surname-common
nepalese nation
nettie formal=antoinette
network org org-weak generic body-part
networks org generic body-part
neutral role/sheet
nev stop/learn stop/split
nevertheless not-surname
new generic
news org org-weak
nguyen surname-common
nhs agency
nhtsa agency us-agency=national_highway_traffic_safety_administration
nicaraguan nation
nick formal=nicholas
nicki formal=nicole
nicky formal=nicholas,nicole
nigerian nation
night job-part
nih agency us-agency=national_institutes_health
nine number=9
ninth number=9
nist agency
nlrb agency us-agency=national_labor_relations_board
nn stop/split
no number-sign stop
noaa agency us-agency=national_oceanic_atmospheric_administration
non role-beside
norm formal=norman
north generic region
northern generic region
norwegian generic not-surname nation
nos number-sign stop/learn stop/split
not generic body-kind
notice role/sheet role-beside
noticing role-beside
nov stop/split month=11
november month=11
nps us-agency=national_park_service
nrc agency us-agency=nuclear_regulatory_commission
nsa agency us-agency=national_security_agency
ntsb agency us-agency=national_transportation_safety_board
num number-sign
number number-sign
nv company form=nv
objector role/sheet
occ us-agency=office_comptroller_currency
oct stop/split month=10
october month=10
of generic everywhere filler connector/learn role-beside job-part
ofac us-agency=office_foreign_assets_control
ofcom agency
office org org-of org-weak generic body-part body-kind everywhere
officer title not-surname job
officers job
official body-kind role-beside
oil org org-weak generic
okla stop/learn stop/split
ollie formal=oliver,olive
omb us-agency=office_management_budget
ombudsman role/sheet
ombudsperson role/sheet
on connector/learn
one number=1
operating job-part
operations job-part
opinion not-surname
opm agency us-agency=office_personnel_management
or stop/split
orchestra org/find
order generic not-surname law/learn
ordinance law/learn
ore stop/learn stop/split
org expand=organization
organisation expand=organization org/find
organization org generic
ortiz surname-common
osha agency us-agency=occupational_safety_health_administration
other role-beside
outside job-part
owner job
oy company/find form=oy
oyj form=oy
p stop/split
pa post-nominal/comma company form=pa stop/split
pacific region
paddy formal=patrick
pakistani nation
pam formal=pamela
para stop/split
paralegal not-surname
paras stop/split
parent body-kind
parish org generic government
parker surname-common
parkway street
parliament org everywhere
parties group
partner job
partners org org-weak generic
partnership body-kind
party org/learn body-kind deal-side role/sheet role-beside
pastor title/compare
pat formal=patrick,patricia
patel surname-common
patient role-beside
patsy formal=patricia
patti formal=patricia
patty formal=patricia
pc post-nominal/comma company form=pc
pe post-nominal/comma
peg formal=margaret
peggy formal=margaret
penn stop/learn
penny formal=penelope
perce formal=percival
percy formal=percival
peres surname
perez surname-common
personal role-describing
peruvian nation
pete formal=peter
peterson surname-common
petition not-surname
petitioner not-surname role
petitioners role/find role/learn role/sheet
petitioning role-beside
petroleum org/find
pharm expand=pharmaceuticals
pharmaceutical generic
pharmaceuticals org generic
pharms expand=pharmaceuticals
phd post-nominal
phil formal=philip
phillip formal=philip
phillips surname-common
pippa formal=philippa
pkwy street/find
pl street/find
place street/find street/learn
plaintiff not-surname role role-describing
plaintiffs not-surname role/find role/learn role/sheet
plant job-part
plaza street
plc company form=plc
pllc company form=pllc
police org org-weak generic everywhere government
policy job-part
polish generic not-surname nation
portuguese generic not-surname nation
possession role-beside
post org org-weak role-beside
power generic
pp stop/split
pres title/compare
president title not-surname role-describing job
president-elect title/find
president/ceo job
presiding title-part
press org-weak job-part
previously not-surname
price surname-common
principal job
privacy role-beside job-part
private form-prefix
proc stop/split
prods expand=products
product generic body-part
products org-weak generic body-part
prof title stop
professional role/sheet
professional_association form=pa
professional_corporation form=pc
professor title not-surname job
program generic body-part job-part
programs body-part
project job-part
prop expand=property
properties org org-weak generic
property generic
proprietary form-prefix
prosecutor title/compare everywhere not-surname
prue formal=prudence
ps company/find
pt stop/split
pte form-prefix
pto us-agency=patent_trademark_office
pts stop/split
pty company form-prefix role-beside
pub expand=public
public generic everywhere job-part
public_limited_company form=plc
publishing org
pvt form-prefix stop/learn
qc post-nominal
r.r stop/split
rabbi title/compare
railroad org generic
railway org generic
ramirez surname-common
ramos surname-common
randy formal=randall,randolph
ray formal=raymond
rd street stop/split
re role/sheet
real generic role-beside
realtor role/sheet
realty org generic
receiver role/sheet
recently not-surname
receptionist not-surname
records org/find org-weak
reed surname-common
reg stop/split formal=reginald
reggie formal=reginald
regional job-part
regulation law
regulations law
regulatory body-kind
rel connector/learn
related role-beside
relations job-part
relator role
rep title stop
report not-surname
representative title not-surname role/sheet
republic generic
research generic job-part
resorts org
resources generic job-part
respondent not-surname role
respondents role/find role/learn role/sheet
responsible role-beside
restaurant generic
restaurants org/find
ret post-nominal/comma
retail generic
retain generic
retention generic
rev title/compare stop
revenue job-part
reverend title/compare
reyes surname-common
rich formal=richard
richardson surname-common
rick formal=richard
rickie formal=richard
ricky formal=richard
risk job-part
rivera surname-common
rn post-nominal/comma
road street
rob formal=robert
robbie formal=robert
roberts surname-common
robinson surname-common
robt given formal=robert
rod formal=rodney
roddy formal=roderick
rodrigues surname
rodriguez surname-common
rogers surname-common
rollie formal=roland
romanian not-surname nation
ron formal=ronald
ronnie formal=ronald
rosie formal=rose,rosemary
ross surname-common
roxy formal=roxanne
rr expand=railroad
rudy formal=rudolph
ruiz surname-common
rul stop/split
rule law
rules law
russ formal=russell
russian generic not-surname nation
rwandan nation
ry expand=railway stop/split
s role-beside
sa company form=sa
sadie formal=sarah
saint particle/compare
sal formal=salvatore
sales generic body-part job-part
sally formal=sarah
salvadoran nation
sam formal=samuel,samantha
saml given formal=samuel
sammy formal=samuel
san particle/compare
sanches surname
sanchez surname-common
sanders surname-common
sandi formal=sandra
sandy formal=sandra,alexander
santa particle/compare
sara formal=sarah
sarl form=sarl
sas form=sas
saturday weekday
saudi nation
sav expand=savings
savings org/learn generic
sba agency us-agency=small_business_administration
sch expand=school
school org org-of generic everywhere
science generic
sciences org org-weak generic
scientific job-part
scott surname-common
scottish generic not-surname nation
se form=se
sec expand=security stop/learn stop/split agency us-agency=securities_exchange_commission
sec'y stop/split
second job-part number=2
secretary title org-of not-surname role-describing job
secs expand=securities stop/split
section not-surname law/learn
sections law/learn
securities org org-weak generic
security generic
see stop/split
seller body-kind deal-side
sen title stop
senate org
senator title
senior title-part nth=sr job-part
sep month=9
sept stop/split month=9
september month=9
seq stop/split
serbian not-surname nation
sergeant title
serv expand=service
service org/learn generic
services org org-weak generic body-part
servicing org/learn
servs expand=services
settlement role-beside
seven number=7
seventh number=7
sgt title stop
shall generic body-kind
shareholder job
shel formal=sheldon
shelly formal=michelle
sheriff title everywhere government role-describing job
sherry formal=sheryl
shift job-part
shri title/learn
si formal=simon,silas
sid formal=sidney
similarly not-surname
sir title male
six number=6
sixth number=6
smith surname-common
smt title/learn stop/learn
smyth surname
society org org-of generic
socy expand=society
software org-weak generic
sol formal=solomon
sole job-part
solely role-describing
solicitor title/compare
solutions org org-weak generic
somali nation
south generic region
southern generic region
spa company form=spa
spanish generic not-surname nation
special title-part role-beside job-part
spokesman not-surname
spokeswoman not-surname
square street
sr generation nth=sr stop
sri title/learn
srl company form=srl
ssa agency us-agency=social_security_administration
st expand=saint particle/compare street stop
staff job-part
stakeholder role-beside
stan formal=stanley
stat stop/split
state title-part generic body-kind government job-part
statement not-surname
states title-part generic job-part
statute law
statutes law
ste stop/split
steph formal=stephanie
stephen formal=steven
steve formal=steven
stevie formal=steven
stewart surname-common
store generic job-part
stores org org-weak generic
strategy job-part
street street
stu formal=stuart
studios org
subsequently not-surname
subsidiaries group
subsidiary body-kind deal-side
successor role-beside role-describing
successors role-describing
sudanese nation
sue formal=susan
suite street/learn
summary not-surname
sunday weekday
superintendent title/find job
supervisor not-surname job
supp stop/split
supplier body-kind deal-side
supply generic body-part
supreme title-part
surety role/sheet
surviving body-kind
susie formal=susan
suzie formal=susan
suzy formal=susan
svc expand=service
svcs expand=services
swedish generic not-surname nation
swiss generic not-surname nation
syd formal=sydney
synagogue org/find
syrian not-surname nation
sys expand=systems
system generic
systems org org-weak generic
tad formal=thaddeus
taiwanese nation
tammie formal=tamara
tammy formal=tamara
target body-kind deal-side
taxpayer role/sheet
taylor surname-common
team org/find org-weak
tech expand=technology org/find
technician not-surname
technologies org org-weak generic
technology org-weak generic job-part
techs expand=technologies
ted formal=theodore,edward
teddy formal=theodore,edward
tel stop/split
telecom org/find generic
telephone generic
ten particle/compare number=10
tenn stop/learn stop/split
tenth number=10
ter particle/compare
terrace street/find street/learn
terry formal=terrence,theresa
tess formal=theresa
tessa formal=theresa
testimony not-surname
tex stop/learn stop/split
thad formal=thaddeus
thai nation
the title/compare everywhere filler connector/learn role-beside job-part
then job-part
theo formal=theodore
therapeutics org
thereafter not-surname
therefore not-surname
third role-beside number=3
thirteen number=13
thirteenth number=13
thomas surname-common
thompson surname-common
thos given formal=thomas
three number=3
thursday weekday
tilly formal=matilda
tim formal=timothy
times org org-weak
timmy formal=timothy
tina formal=christina
title law/learn
toby formal=tobias
tom formal=thomas
tommy formal=thomas
toni formal=antonia
tony formal=anthony
torres surname-common
town generic government
township generic government
trading generic
transcript not-surname
transferee role/sheet
transferor role/sheet
transp expand=transportation
transportation generic
treasurer not-surname job
treasury everywhere
trish formal=patricia
trixie formal=beatrice
trooper title
trudy formal=gertrude
trust org org-weak generic
trustee body-kind deal-side role/learn role/sheet role/case role-describing job
trustees org org-of generic role/sheet
tsa agency us-agency=transportation_security_administration
tuesday weekday
tunisian nation
turkish generic not-surname nation
turner surname-common
twelfth number=12
twelve number=12
two number=2
twp expand=township
ty formal=tyler,tyrone
u role-beside
u.s stop/split
ugandan nation
uk region
ukrainian generic not-surname nation
ukvi agency
ultimately not-surname
undersecretary not-surname
unesco agency
unhcr agency
unicef agency
union org org-of generic
united title-part generic body-kind job-part
univ expand=university org/find org-of stop
university org org-of generic
unknown role/sheet
unsecured body-kind role-beside
us title-part expand=united_states generic body-kind region role-beside
usa expand=united_states generic body-kind region
uscis agency us-agency=citizenship_immigration_services
usda agency us-agency=department_agriculture
usdj post-nominal/comma
usmc post-nominal
usmj post-nominal/comma
usn post-nominal
usps agency us-agency=postal_service
uspto agency
v stop/split number=5
va stop/split us-agency=department_veterans_affairs
val formal=valerie
van particle connector/learn
venezuelan nation
venture body-kind
ventures org generic
vern formal=vernon
vi number=6
vic formal=victor
vice title-part job-part
vickie formal=victoria
vicky formal=victoria
victim role/learn role/sheet
vietnamese nation
vii number=7
viii number=8
village generic government
vin formal=vincent
vince formal=vincent
vinnie formal=vincent
viv formal=vivian
vol stop/split
vols stop/split
von particle connector/learn
vs stop/learn stop/split
vt stop/split
walker surname-common
wally formal=walter,wallace
walt formal=walter
ward surname-common
warden title/find title/learn post-nominal/comma role-describing job
wash stop/learn stop/split
water generic
watson surname-common
way street/find street/learn
wednesday weekday
welsh not-surname
wes formal=wesley
west generic region
western generic region
white surname-common
wilf formal=wilfred
will generic body-kind formal=william
williams surname-common
willie formal=william
wilma formal=wilhelmina
wilson surname-common
winnie formal=winifred
wis stop/learn stop/split
witness role/learn role/sheet
wm given formal=william
wood surname-common
woody formal=woodrow
works org-weak
worldwide generic
wright surname-common
wyo stop/learn stop/split
x number=10
xander formal=alexander
xi number=11
xii number=12
xiii number=13
xiv number=14
xv number=15
y particle/find connector/learn
yemeni nation
young surname-common
zach formal=zachary
zack formal=zachary
zeke formal=ezekiel
`
