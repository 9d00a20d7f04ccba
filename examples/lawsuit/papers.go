package lawsuit

// The papers of Halden Logistics Inc. v. Northgate Insurance Company. All
// people, companies and events in them are invented; the authorities cited are
// real.

// caption heads every paper filed with the court.
const caption = `^UNITED STATES DISTRICT COURT
^DISTRICT OF MASSACHUSETTS

|HALDEN LOGISTICS INC.,                              )
|                    Plaintiff,                      )
|          v.                                        )   Civil Action No. 1:23-cv-04417-MKB
|NORTHGATE INSURANCE COMPANY and                     )
|BRACKWATER STORAGE LLC,                             )
|                    Defendants.                     )

`

const okafor = `
|Respectfully submitted,

|HALDEN LOGISTICS INC.,
|By its attorney,

|/s/ Ruth N. Okafor
|Ruth N. Okafor (BBO No. 655021)
|OKAFOR & LINDQVIST LLP
|40 Harbor Street, Boston, Massachusetts 02110
|(617) 555-0142
|rokafor@okaforlindqvist.example
|Attorney for Plaintiff Halden Logistics Inc.
`

const whitcombe = `
|Respectfully submitted,

|NORTHGATE INSURANCE COMPANY,
|By its attorney,

|/s/ Daniel Whitcombe
|Daniel Whitcombe (BBO No. 610884)
|WHITCOMBE HALE LLP
|One Federal Plaza, Boston, Massachusetts 02109
|(617) 555-0177
|dwhitcombe@whitcombehale.example
|Attorney for Defendant Northgate Insurance Company
`

const complaint = caption + `^COMPLAINT AND JURY DEMAND

Plaintiff Halden Logistics Inc. (“Halden”) complains of Defendants Northgate Insurance Company (“Northgate”) and
Brackwater Storage LLC (“Brackwater”) as follows.

^PARTIES

1. Halden Logistics Inc. is a Delaware corporation with its principal place of business in Worcester, Massachusetts.
Marian A. Castellan is its Chief Executive Officer. Her brother, Peter Castellan, is its Chief Financial Officer.

2. Northgate Insurance Company is a Connecticut corporation with its principal place of business in Hartford,
Connecticut.

3. Brackwater Storage LLC is a limited liability company with its warehouse in New Bedford, Massachusetts. It was
founded by Thomas Everly Sr. and is managed by his son, Thomas Everly Jr.

^JURISDICTION

4. This Court has jurisdiction under 28 U.S.C. § 1332. Venue is proper under 28 U.S.C. § 1391(b).

^FACTS

5. On March 1, 2022, Halden and Brackwater entered into a Warehouse Agreement. Brackwater promised to keep the
sprinkler system of its New Bedford warehouse in working order.

6. On June 15, 2022, Northgate issued policy NG-20417 to Halden, insuring the stored goods for $2,400,000.00.

7. On December 18, 2022, a fire destroyed the warehouse. The sprinkler system did not open. Goods of Halden worth
$1,875,000.00 were lost.

8. On January 20, 2023, Marian Castellan sent proof of loss to Northgate. Luis Ferrante, an adjuster of Northgate,
acknowledged it the same day.

9. On February 14, 2023, Northgate denied the claim. It said that Halden Logistics LLC, a different company that has
nothing to do with the Plaintiff, had let its premium lapse.
` + "\f" + `^COUNT I – BREACH OF CONTRACT (NORTHGATE)

10. Halden repeats the paragraphs above. The policy was in force. Northgate’s refusal to pay is a breach of contract.

^COUNT II – NEGLIGENCE (BRACKWATER)

11. Brackwater owed Halden a duty of care and breached it when it left the sprinkler system closed after the inspection
of November 3, 2022.

^COUNT III – UNFAIR PRACTICES (NORTHGATE)

12. Northgate’s conduct violates Mass. Gen. Laws ch. 93A, § 11.

WHEREFORE, Halden asks for judgment in the amount of $1,875,000.00, with interest and costs, and demands a trial by
jury.

|Dated: October 2, 2023
` + okafor

const disclosure = caption + `^CORPORATE DISCLOSURE STATEMENT

Pursuant to Fed. R. Civ. P. 7.1, Plaintiff Halden Logistics Inc. states that it is a privately held corporation. Its
parent corporation is Castellan Holdings Corp., a Delaware corporation. No publicly held corporation owns ten percent
or more of its stock. Halden Logistics Inc. is not affiliated with Halden Logistics LLC.

|Dated: October 9, 2023
` + okafor

const answer = caption + `^ANSWER OF DEFENDANT NORTHGATE INSURANCE COMPANY

Defendant Northgate Insurance Company answers the Complaint as follows.

1. Northgate lacks knowledge of the corporate affairs of Halden Logistics Incorporated and therefore denies the
allegations of paragraph 1.

2. Admitted.

3. Northgate admits that Thomas Everly Jr. is the manager of Brackwater Storage LLC.

4. The allegations of paragraph 4 state conclusions of law.

5. Northgate admits that it issued policy NG-20417 on June 15, 2022, and that it denied the claim on February 14, 2023.

6. Northgate denies that the sprinkler system was closed when the fire began on December 18, 2022.

^FIRST AFFIRMATIVE DEFENSE

The Complaint fails to state a claim. Fed. R. Civ. P. 12(b)(6).

^SECOND AFFIRMATIVE DEFENSE

Halden failed to give notice of the inspection of November 3, 2022, as the policy requires.

|Dated: November 20, 2023
` + whitcombe

const memorandum = caption + `^MEMORANDUM OF LAW IN SUPPORT OF NORTHGATE’S MOTION TO DISMISS

Northgate Insurance Company moves to dismiss Count III under Fed. R. Civ. P. 12(b)(6).

^ARGUMENT

To survive a motion to dismiss, a complaint must state a claim that is plausible on its face. Bell Atl. Corp. v.
Twombly, 550 U.S. 544, 570 (2007). A court need not accept legal conclusions. Ashcroft v. Iqbal, 556 U.S. 662, 678
(2009). Threadbare recitals of the elements of a cause of action do not suffice. Id. at 679. The plaintiff must nudge
the claim across the line from conceivable to plausible. Twombly, 550 U.S. at 570.

The Complaint offers no fact from which an unfair practice under Mass. Gen. Laws ch. 93A, § 11 could be found. A mere
dispute over coverage is not one. Conley v. Gibson, 355 U.S. 41, 45 (1957), on which Halden relied in its letter of
September 5, 2023, is no longer good law. See Iqbal, 556 U.S. at 670.

^CONCLUSION

Count III should be dismissed.

|Dated: December 11, 2023
` + whitcombe

const opposition = caption + `^OPPOSITION TO NORTHGATE’S MOTION TO DISMISS

Halden Logistics Inc. opposes the motion of Northgate Insurance Co. to dismiss Count III.

Northgate denied a claim of $1,875,000.00 because another company, Halden Logistics LLC, had not paid its premium. Ms.
Castellan told the adjuster, Mr. Ferrante, of the mistake on February 15, 2023. Northgate did nothing. That is more than
a dispute over coverage. The well-pleaded facts must be taken as true. Ashcroft v. Iqbal, 556 U.S. 662, 679 (2009);
Erickson v. Pardus, 551 U.S. 89, 94 (2007).

The motion should be denied.

|Dated: January 8, 2024
` + okafor

const order = caption + `^MEMORANDUM AND ORDER

BELLAMY, J.

|March 14, 2024

Plaintiff Halden Logistics Inc. sued its insurer, Northgate Insurance Company, and the warehouse keeper, Brackwater
Storage LLC, after a fire. Northgate moves to dismiss Count III of the complaint.

A complaint must contain facts that make the claim plausible. Bell Atl. Corp. v. Twombly, 550 U.S. 544, 570 (2007). The
complaint alleges that Northgate took the plaintiff for another company and did not correct its mistake for ten months.
If proved, this may be an unfair practice within the meaning of Mass. Gen. Laws ch. 93A, § 11. See Iqbal v. Hasty, 490
F.3d 143, 157 (2d Cir. 2007).

The motion to dismiss Count III is DENIED. The parties shall appear for a conference on April 22, 2024.

|SO ORDERED.

|/s/ Miriam K. Bellamy
|Miriam K. Bellamy
|United States District Judge
`

const docketSheet = `<!DOCTYPE html>
<html><head><meta charset="utf-8"><title>Docket 1:23-cv-04417-MKB</title></head><body>
<h1>United States District Court</h1><h2>District of Massachusetts</h2>
<p>CIVIL DOCKET FOR CASE #: 1:23-cv-04417-MKB</p>
<p>Halden Logistics Inc. v. Northgate Insurance Company et al</p>
<p>Assigned to: Judge Miriam K. Bellamy</p><p>Date Filed: 10/02/2023</p>
<table>
<tr><td>Plaintiff</td></tr>
<tr><td>Halden Logistics Inc.</td><td>represented by</td><td>Ruth N. Okafor<br>Okafor &amp; Lindqvist LLP<br>40 Harbor Street<br>Boston, MA 02110<br>(617) 555-0142<br>Email: rokafor@okaforlindqvist.example<br>LEAD ATTORNEY</td></tr>
<tr><td>Defendant</td></tr>
<tr><td>Northgate Insurance Company</td><td>represented by</td><td>Daniel Whitcombe<br>Whitcombe Hale LLP<br>One Federal Plaza<br>Boston, MA 02109<br>(617) 555-0177</td></tr>
<tr><td>Defendant</td></tr>
<tr><td>Brackwater Storage LLC</td></tr>
</table>
<table>
<tr><th>Date Filed</th><th>#</th><th>Docket Text</th></tr>
<tr><td>10/02/2023</td><td>1</td><td>COMPLAINT against Northgate Insurance Company, Brackwater Storage LLC, filed by Halden Logistics Inc. (Okafor, Ruth)</td></tr>
<tr><td>10/09/2023</td><td>5</td><td>CORPORATE DISCLOSURE STATEMENT by Halden Logistics Inc. identifying Castellan Holdings Corp. (Okafor, Ruth)</td></tr>
<tr><td>11/20/2023</td><td>12</td><td>ANSWER to Complaint by Northgate Insurance Company. (Whitcombe, Daniel)</td></tr>
<tr><td>12/11/2023</td><td>18</td><td>MEMORANDUM in support of motion to dismiss by Northgate Insurance Company. (Whitcombe, Daniel)</td></tr>
<tr><td>01/08/2024</td><td>24</td><td>OPPOSITION by Halden Logistics Inc. (Okafor, Ruth)</td></tr>
<tr><td>03/14/2024</td><td>31</td><td>Judge Miriam K. Bellamy: MEMORANDUM AND ORDER entered denying motion to dismiss.</td></tr>
</table></body></html>
`

const agreement = `^WAREHOUSE AGREEMENT

This Warehouse Agreement (the “Agreement”) is made as of March 1, 2022, by and between Halden Logistics Inc., a
Delaware corporation (“Halden”), and Brackwater Storage LLC, a Massachusetts limited liability company (“Brackwater”).

1. Storage. Brackwater shall store the goods of Halden in its warehouse at 9 Pier Road, New Bedford, Massachusetts.

2. Sprinklers. Brackwater shall keep the sprinkler system in working order and shall have it inspected every six months.

3. Fees. Halden shall pay the fees of the table below. Late payments bear interest of one percent a month.

4. Term. This Agreement ends on February 28, 2025.

5. Governing law. This Agreement is governed by the laws of the Commonwealth of Massachusetts.

IN WITNESS WHEREOF, the parties have signed this Agreement.

|HALDEN LOGISTICS INC.
|By: Marian A. Castellan
|Title: Chief Executive Officer

|BRACKWATER STORAGE LLC
|By: Thomas Everly Jr.
|Title: Manager
`

const amendment = `^FIRST AMENDMENT TO WAREHOUSE AGREEMENT

This First Amendment is made as of September 12, 2022, by and between Halden Logistics, Inc. and Brackwater Storage, LLC.

1. The monthly fee for cold storage is raised to $18,500.00 from October 1, 2022.

2. Notices to Halden shall go to Peter Castellan, Chief Financial Officer.

|HALDEN LOGISTICS, INC.
|By: Peter Castellan

|BRACKWATER STORAGE, LLC
|By: Thomas Everly Jr.
`

const inspection = `
Dear Ms. Castellan,

our inspector was at the New Bedford warehouse today. The main valve of the sprinkler system was closed. I have told
my men to open it by the end of the week.

Thomas Everly Jr.
Brackwater Storage LLC
`

const inspectionReply = `
Mr. Everly,

I have your note of November 3, 2022. Please confirm in writing that the valve is open. Our policy with Northgate
Insurance Company requires it.

Marian Castellan
Halden Logistics Inc.
`

const fireMail = `
Marian,

there was a fire in the warehouse last night. Nobody was hurt. The report of the fire department is attached. I have
called Luis Ferrante at Northgate.

Peter
`

const fireReport = `^NEW BEDFORD FIRE DEPARTMENT

|Report No. 2022-1187
|December 19, 2022

On December 18, 2022, at 11:40 p.m., this department answered an alarm at 9 Pier Road. The warehouse of Brackwater
Storage LLC was fully involved. The sprinkler system did not discharge. The main valve was found in the closed position.

|Captain Helen Marsh
`

const claimMail = `
Dear Mr. Ferrante,

Halden Logistics Inc. herewith submits its proof of loss under policy NG-20417. The list of goods is attached.

Marian A. Castellan
Chief Executive Officer
Halden Logistics Inc.
`

const goods = `List of goods, New Bedford warehouse

Textiles        $  975,000.00
Machine parts   $  640,000.00
Paper           $  260,000.00
Total           $1,875,000.00

Prepared by Peter Castellan on January 19, 2023.
`

const denialMail = `
Dear Ms. Castellan,

please find our decision in the letter that goes out today. Northgate Insurance Company regrets that it cannot pay
the claim.

Luis Ferrante
Senior Adjuster, Northgate Insurance Company
`

const invoice = `^BRACKWATER STORAGE LLC
^9 Pier Road, New Bedford, Massachusetts

|INVOICE NO. 5529

|Date: November 30, 2022
|Bill to: Halden Logistics Inc.

|Cold storage, November 2022          $18,500.00
|Handling                             $ 1,240.00
|Total due                            $19,740.00

Payment is due on December 30, 2022. Questions go to Thomas Everly Jr.
`

const denialLetter = `^NORTHGATE INSURANCE COMPANY
^Hartford, Connecticut

|February 14, 2023

|Halden Logistics Inc.
|Worcester, Massachusetts

|Re: Policy NG-20417

|Dear Ms. Castellan:

We have finished our review of your claim. Our records show that the premium of Halden Logistics LLC was not paid when it
fell due on January 1, 2023. The claim is therefore denied.

|Sincerely,
|Luis Ferrante
|Senior Adjuster
`

const lading = `^BILL OF LADING

|Bill No. 77-1042
|Date: October 6, 2022

|Shipper: Halden Logistics Inc., Worcester, Massachusetts
|Consignee: Brackwater Storage LLC, New Bedford, Massachusetts
|Carrier: Blue Heron Freight Corp.

|420 cartons of textiles, said to weigh 9,300 pounds

Received in good order by Thomas Everly Sr.
`

const marshal = `^COMMONWEALTH OF MASSACHUSETTS
^OFFICE OF THE STATE FIRE MARSHAL

|Investigation 22-NB-318

The fire of December 18, 2022 began in the electrical room of the warehouse at 9 Pier Road, New Bedford. The investigator
was Sergeant Helen Marsh of the New Bedford Fire Department.

The main valve of the sprinkler system was closed and sealed with a tag dated November 3, 2022.
` + "\f" + `^CONCLUSION

The cause of the fire is accidental. Had the valve been open, the sprinkler system would have held the fire in the
electrical room.

|January 30, 2023
`

const affidavit = `^AFFIDAVIT OF LUIS FERRANTE

|Civil Action No. 1:23-cv-04417-MKB

I, Luis Ferrante, state as follows.

1. I am a senior adjuster of Northgate Insurance Company in Hartford, Connecticut.

2. On January 20, 2023, I received the proof of loss of Halden Logistics Inc.

3. I looked up the name Halden Logistics in our system and found that a premium had not been paid.

Signed under the penalties of perjury on December 8, 2023.

|Luis Ferrante
`

const label = `^BRACKWATER STORAGE LLC

^DO NOT OPEN THIS VALVE

^Inspected November 3, 2022

^Ask for Thomas Everly Jr.
`

const deposition = `               DEPOSITION OF THOMAS EVERLY JR.
                     April 2, 2024

   Q.  By Ms. Okafor: Please state your name.
   A.  Thomas Everly Jr.
   Q.  Is Thomas Everly Sr. your father?
   A.  Yes. He founded Brackwater Storage LLC in 1988.
   Q.  Was the main valve open on December 18, 2022?
   A.  I told the men to open it. I did not look.
` + "\f" + `   Q.  Did you tell Ms. Castellan?
   A.  I wrote to her on November 3, 2022.
   Q.  By Mr. Whitcombe: Did you write to Northgate?
   A.  No. I wrote to nobody at Northgate Insurance Company.
`

const notes = `# Halden v. Northgate: notes

- There is no case on *mistaken identity of the insured* in this circuit.
- Castellan, Marian A. is our best witness; her brother Peter Castellan knows the figures.
- Halden Logistics LLC is **not** our client. Keep the two apart.
- Conference before Judge Bellamy on April 22, 2024.
`

const press = `<!DOCTYPE html>
<html><head><meta charset="utf-8"><title>Fire at the pier</title><script>track();</script></head><body>
<h1>Fire destroys warehouse on Pier Road</h1>
<p>New Bedford, Massachusetts, December 19, 2022. A fire destroyed the warehouse of Brackwater Storage LLC on Sunday night.
The company’s manager, Thomas Everly Jr., said that the goods of several customers were lost, among them those of Halden
Logistics Inc.</p></body></html>
`
