package store

// The record is read and written by subject: db.Tasks() reads tasks outside of
// transactions, tx.Tasks() reads and changes them inside of one. Each type below
// is a pointer with methods, so that it costs nothing to make; the methods stand
// in the file of their subject.

// What [DB] reads.
type (
	// Projects reads projects.
	Projects struct{ *database }
	// Passwords reads the passwords that projects try on locked files.
	Passwords struct{ *database }
	// Batches reads batches, their members and their reports.
	Batches struct{ *database }
	// Documents reads documents, without their contents.
	Documents struct{ *database }
	// Contents reads what stages made of documents: pages, chunks, mentions,
	// entities, relations and events, and searches them.
	Contents struct{ *database }
	// Entities reads the entities of a project.
	Entities struct{ *database }
	// Names reads the names of a project, which entities consist of.
	Names struct{ *database }
	// Decisions reads what people decided about entities, and what waits for them.
	Decisions struct{ *database }
	// Tasks reads tasks, their attempts and dead letters.
	Tasks struct{ *database }
	// Workers reads which workers are alive.
	Workers struct{ *database }
	// Webhooks reads webhooks and their deliveries.
	Webhooks struct{ *database }
	// TextractJobs reads jobs that Textract was paid for.
	TextractJobs struct{ *database }
	// Audit reads the audit log.
	Audit struct{ *database }
	// Holds reads legal holds.
	Holds struct{ *database }
	// Retention counts rows that are old enough to be deleted.
	Retention struct{ *database }
	// Removals reads which blobs are to be deleted, and which are still used.
	Removals struct{ *database }
	// Monitor reads the counts and rates that dashboards show.
	Monitor struct{ *database }
)

// What [Tx] changes.
type (
	// TxProjects changes projects.
	TxProjects struct{ *transaction }
	// TxPasswords changes the passwords of projects.
	TxPasswords struct{ *transaction }
	// TxBatches changes batches.
	TxBatches struct{ *transaction }
	// TxDocuments registers, starts, ends and deletes documents.
	TxDocuments struct{ *transaction }
	// TxContainers records which files lie in which, and what was not followed.
	TxContainers struct{ *transaction }
	// TxContents writes what stages made of documents.
	TxContents struct{ *transaction }
	// TxNames changes the names of a project.
	TxNames struct{ *transaction }
	// TxJudgements changes what was judged about pairs of names.
	TxJudgements struct{ *transaction }
	// TxEntities changes the entities of a project.
	TxEntities struct{ *transaction }
	// TxDecisions records what people decide about entities.
	TxDecisions struct{ *transaction }
	// TxTasks adds, claims and ends tasks.
	TxTasks struct{ *transaction }
	// TxWorkers records which workers are alive.
	TxWorkers struct{ *transaction }
	// TxWebhooks changes webhooks and their deliveries.
	TxWebhooks struct{ *transaction }
	// TxCharges books what paid calls cost.
	TxCharges struct{ *transaction }
	// TxTextractJobs records jobs that Textract is paid for.
	TxTextractJobs struct{ *transaction }
	// TxAudit writes the audit log.
	TxAudit struct{ *transaction }
	// TxHolds changes legal holds.
	TxHolds struct{ *transaction }
	// TxRetention deletes old rows.
	TxRetention struct{ *transaction }
	// TxChores takes turns at chores that one worker does for all.
	TxChores struct{ *transaction }
	// TxRemovals records which blobs are to be deleted.
	TxRemovals struct{ *transaction }
)

// Projects leads to the methods of [Projects].
func (db *DB) Projects() Projects { return Projects{&db.database} }

// Passwords leads to the methods of [Passwords].
func (db *DB) Passwords() Passwords { return Passwords{&db.database} }

// Batches leads to the methods of [Batches].
func (db *DB) Batches() Batches { return Batches{&db.database} }

// Documents leads to the methods of [Documents].
func (db *DB) Documents() Documents { return Documents{&db.database} }

// Contents leads to the methods of [Contents].
func (db *DB) Contents() Contents { return Contents{&db.database} }

// Entities leads to the methods of [Entities].
func (db *DB) Entities() Entities { return Entities{&db.database} }

// Names leads to the methods of [Names].
func (db *DB) Names() Names { return Names{&db.database} }

// Decisions leads to the methods of [Decisions].
func (db *DB) Decisions() Decisions { return Decisions{&db.database} }

// Tasks leads to the methods of [Tasks].
func (db *DB) Tasks() Tasks { return Tasks{&db.database} }

// Workers leads to the methods of [Workers].
func (db *DB) Workers() Workers { return Workers{&db.database} }

// Webhooks leads to the methods of [Webhooks].
func (db *DB) Webhooks() Webhooks { return Webhooks{&db.database} }

// TextractJobs leads to the methods of [TextractJobs].
func (db *DB) TextractJobs() TextractJobs { return TextractJobs{&db.database} }

// Audit leads to the methods of [Audit].
func (db *DB) Audit() Audit { return Audit{&db.database} }

// Holds leads to the methods of [Holds].
func (db *DB) Holds() Holds { return Holds{&db.database} }

// Retention leads to the methods of [Retention].
func (db *DB) Retention() Retention { return Retention{&db.database} }

// Removals leads to the methods of [Removals].
func (db *DB) Removals() Removals { return Removals{&db.database} }

// Monitor leads to the methods of [Monitor].
func (db *DB) Monitor() Monitor { return Monitor{&db.database} }

// Projects leads to the methods of [TxProjects].
func (tx *Tx) Projects() TxProjects { return TxProjects{&tx.transaction} }

// Passwords leads to the methods of [TxPasswords].
func (tx *Tx) Passwords() TxPasswords { return TxPasswords{&tx.transaction} }

// Batches leads to the methods of [TxBatches].
func (tx *Tx) Batches() TxBatches { return TxBatches{&tx.transaction} }

// Documents leads to the methods of [TxDocuments].
func (tx *Tx) Documents() TxDocuments { return TxDocuments{&tx.transaction} }

// Containers leads to the methods of [TxContainers].
func (tx *Tx) Containers() TxContainers { return TxContainers{&tx.transaction} }

// Contents leads to the methods of [TxContents].
func (tx *Tx) Contents() TxContents { return TxContents{&tx.transaction} }

// Names leads to the methods of [TxNames].
func (tx *Tx) Names() TxNames { return TxNames{&tx.transaction} }

// Judgements leads to the methods of [TxJudgements].
func (tx *Tx) Judgements() TxJudgements { return TxJudgements{&tx.transaction} }

// Entities leads to the methods of [TxEntities].
func (tx *Tx) Entities() TxEntities { return TxEntities{&tx.transaction} }

// Decisions leads to the methods of [TxDecisions].
func (tx *Tx) Decisions() TxDecisions { return TxDecisions{&tx.transaction} }

// Tasks leads to the methods of [TxTasks].
func (tx *Tx) Tasks() TxTasks { return TxTasks{&tx.transaction} }

// Workers leads to the methods of [TxWorkers].
func (tx *Tx) Workers() TxWorkers { return TxWorkers{&tx.transaction} }

// Webhooks leads to the methods of [TxWebhooks].
func (tx *Tx) Webhooks() TxWebhooks { return TxWebhooks{&tx.transaction} }

// Charges leads to the methods of [TxCharges].
func (tx *Tx) Charges() TxCharges { return TxCharges{&tx.transaction} }

// TextractJobs leads to the methods of [TxTextractJobs].
func (tx *Tx) TextractJobs() TxTextractJobs { return TxTextractJobs{&tx.transaction} }

// Audit leads to the methods of [TxAudit].
func (tx *Tx) Audit() TxAudit { return TxAudit{&tx.transaction} }

// Holds leads to the methods of [TxHolds].
func (tx *Tx) Holds() TxHolds { return TxHolds{&tx.transaction} }

// Retention leads to the methods of [TxRetention].
func (tx *Tx) Retention() TxRetention { return TxRetention{&tx.transaction} }

// Chores leads to the methods of [TxChores].
func (tx *Tx) Chores() TxChores { return TxChores{&tx.transaction} }

// Removals leads to the methods of [TxRemovals].
func (tx *Tx) Removals() TxRemovals { return TxRemovals{&tx.transaction} }
