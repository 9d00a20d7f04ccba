package main

import "strings"

// states are the abbreviations under which a state's rules and constitution
// are cited, with the state's name.
var states = map[string]string{
	"Ala.": "Alabama", "Alaska": "Alaska", "Ariz.": "Arizona", "Ark.": "Arkansas", "Cal.": "California", "Colo.": "Colorado",
	"Conn.": "Connecticut", "Del.": "Delaware", "D.C.": "District of Columbia", "Fla.": "Florida", "Ga.": "Georgia", "Haw.": "Hawaii",
	"Idaho": "Idaho", "Ill.": "Illinois", "Ind.": "Indiana", "Iowa": "Iowa", "Kan.": "Kansas", "Ky.": "Kentucky", "La.": "Louisiana",
	"Me.": "Maine", "Md.": "Maryland", "Mass.": "Massachusetts", "Mich.": "Michigan", "Minn.": "Minnesota", "Miss.": "Mississippi",
	"Mo.": "Missouri", "Mont.": "Montana", "Neb.": "Nebraska", "Nev.": "Nevada", "N.H.": "New Hampshire", "N.J.": "New Jersey",
	"N.M.": "New Mexico", "N.Y.": "New York", "N.C.": "North Carolina", "N.D.": "North Dakota", "Ohio": "Ohio", "Okla.": "Oklahoma",
	"Or.": "Oregon", "Pa.": "Pennsylvania", "P.R.": "Puerto Rico", "R.I.": "Rhode Island", "S.C.": "South Carolina",
	"S.D.": "South Dakota", "Tenn.": "Tennessee", "Tex.": "Texas", "Utah": "Utah", "Vt.": "Vermont", "Va.": "Virginia",
	"V.I.": "Virgin Islands", "Wash.": "Washington", "W. Va.": "West Virginia", "Wis.": "Wisconsin", "Wyo.": "Wyoming",
}

// ownLaws are laws that the lists leave out, in the forms that pleadings use.
func ownLaws() []row {
	var rows []row
	for _, form := range []string{
		"N.J.S.A.", "N.J.S.", "N.J.A.C.", "M.G.L.=Mass. Gen. Laws", "G.L.=Mass. Gen. Laws", "A.R.S.=Ariz. Rev. Stat.", "C.R.S.=Colo. Rev. Stat.",
		"O.C.G.A.=Ga. Code Ann.", "KRS=Ky. Rev. Stat.", "K.R.S.=Ky. Rev. Stat.", "NRS=Nev. Rev. Stat.", "N.R.S.=Nev. Rev. Stat.",
		"RCW=Wash. Rev. Code", "R.C.W.=Wash. Rev. Code", "ORS=Or. Rev. Stat.", "R.C.=Ohio Rev. Code", "MCL=Mich. Comp. Laws",
		"M.C.L.=Mich. Comp. Laws", "CPLR=N.Y. C.P.L.R.", "C.P.L.R.=N.Y. C.P.L.R.", "N.Y. C.P.L.R.",
		"K.S.A.=Kan. Stat. Ann.", "T.C.A.=Tenn. Code Ann.", "Minn. Stat.", "Iowa Code", "I.C.=Idaho Code",
		"Fla. Stat.", "Wis. Stat.", "Mo. Rev. Stat.", "RSMo=Mo. Rev. Stat.", "I.R.C.", "Internal Revenue Code=I.R.C.", "U.C.C.",
	} {
		rows = append(rows, ownRow(form, "s", "w", "section"))
	}
	rows = append(rows, ownRow("Treas. Reg.", "r", "w", "section"), ownRow("U.S.S.G.", "r", "w", "section"), ownRow("USSG=U.S.S.G.", "r", "w", "section"))
	// California's courts leave out the state.
	for _, form := range []string{
		"Code Civ. Proc.", "Civ. Code", "Pen. Code=Cal. Penal Code", "Evid. Code", "Fam. Code", "Prob. Code", "Gov. Code=Cal. Gov't Code",
		"Bus. & Prof. Code", "Welf. & Inst. Code", "Veh. Code", "Health & Saf. Code=Cal. Health & Safety Code", "Lab. Code", "Corp. Code=Cal. Corp. Code",
		"Ins. Code", "Rev. & Tax. Code", "Ed. Code=Cal. Educ. Code",
	} {
		if !strings.Contains(form, "=") {
			form += "=Cal. " + form
		}
		rows = append(rows, ownRow(form, "s", "wm", "section"))
	}
	for _, form := range []string{"CMR", "C.M.R.", "Code Mass. Regs."} {
		r := ownRow(form+"=Mass. Code Regs.", "r", "np", "section")
		r.lead = "title"
		rows = append(rows, r)
	}
	for _, form := range []string{"ILCS", "Ill. Comp. Stat."} {
		r := ownRow(form+"=Ill. Comp. Stat.", "s", "n", "section")
		r.lead = "chapter"
		rows = append(rows, r)
	}
	return rows
}

// ownRow reads "form" or "form=canonical".
func ownRow(form, kind, flags, item string) row {
	form, canonical, ok := strings.Cut(form, "=")
	if !ok {
		canonical = form
	}
	return row{form: form, canonical: canonical, kind: kind, flags: flags, item: item}
}

// rules are the books of rules of courts.
func rules() []row {
	var rows []row
	add := func(form string) { rows = append(rows, ownRow(form, "b", "w", "rule")) }
	books := []string{
		"R. Civ. P.", "R. Crim. P.", "R. App. P.", "R. Evid.", "R. Bankr. P.", "R. Ct.", "R. Juv. P.", "R. Prof. Conduct", "R. Sup. Ct.",
		"Sup. Ct. R.", "Ct. App. R.", "R. Prob. P.", "R. Fam. P.", "R. Gen. Prac.", "R. Jud. Admin.", "R. Appellate P.", "Super. Ct. R.",
		"Ct. R.", "R. Civ. Proc.=R. Civ. P.", "R. Crim. Proc.=R. Crim. P.", "R. Prof'l Conduct=R. Prof. Conduct", "R. Prof. C.=R. Prof. Conduct",
		"R. Civ. App. P.", "R. Disciplinary P.", "R. Dom. Rel. P.",
	}
	for abbreviation, name := range states {
		for _, b := range books {
			form, canonical, ok := strings.Cut(b, "=")
			if !ok {
				canonical = form
			}
			add(abbreviation + " " + form + "=" + abbreviation + " " + canonical)
		}
		for _, b := range []string{"Civil Procedure=R. Civ. P.", "Criminal Procedure=R. Crim. P.", "Appellate Procedure=R. App. P.", "Evidence=R. Evid.", "Court=R. Ct."} {
			long, short, _ := strings.Cut(b, "=")
			for _, rule := range []string{" Rule of ", " Rules of "} {
				add(name + rule + long + "=" + abbreviation + " " + short)
			}
		}
		add(abbreviation + " Rules of Court=" + abbreviation + " R. Ct.")
	}
	for _, b := range []string{
		"Civ. P.=Civil Procedure", "Crim. P.=Criminal Procedure", "App. P.=Appellate Procedure", "Bankr. P.=Bankruptcy Procedure", "Evid.=Evidence",
	} {
		short, long, _ := strings.Cut(b, "=")
		canonical := "Fed. R. " + short
		add(canonical)
		add(strings.ReplaceAll(canonical, ".", ""))
		add(strings.TrimSuffix(canonical, ".") + "roc.=" + canonical)
		add("Fed. Rule " + short + "=" + canonical)
		add("Fed. Rules " + short + "=" + canonical)
		for _, rule := range []string{"Federal Rule of ", "Federal Rules of ", "Fed. R. of ", "Fed. Rules of "} {
			add(rule + long + "=" + canonical)
		}
	}
	for _, form := range []string{
		"FRCP=Fed. R. Civ. P.", "F.R.C.P.=Fed. R. Civ. P.", "FRE=Fed. R. Evid.", "F.R.E.=Fed. R. Evid.", "FRAP=Fed. R. App. P.",
		"F.R.A.P.=Fed. R. App. P.", "FRCrP=Fed. R. Crim. P.", "FRBP=Fed. R. Bankr. P.",
		"Fed. R. Bank. P.=Fed. R. Bankr. P.", "Fed. Bankr. R.=Fed. R. Bankr. P.",
		"Sup. Ct. R.", "S. Ct. R.=Sup. Ct. R.", "Supreme Court Rule=Sup. Ct. R.", "Fed. Cl. R.", "RCFC", "Tax Ct. R.", "T.C. R.=Tax Ct. R.",
		"Local Rule", "Local Rules=Local Rule", "Loc. R.=Local Rule", "L.R.=Local Rule", "LR=Local Rule", "Civ. L.R.=Civil Local Rule",
		"Civil L.R.=Civil Local Rule", "Civil Local Rule", "Crim. L.R.=Criminal Local Rule", "Criminal Local Rule",
		"Local Civil Rule", "Loc. Civ. R.=Local Civil Rule", "L. Civ. R.=Local Civil Rule", "LCvR=Local Civil Rule", "LCvR.=Local Civil Rule",
		"LCrR=Local Criminal Rule", "Local Criminal Rule", "Local Bankruptcy Rule", "LBR=Local Bankruptcy Rule",
		"Del. Ch. Ct. R.", "Del. Super. Ct. Civ. R.", "N.J. Ct. R.", "MCR=Mich. Ct. R.", "CRCP=Colo. R. Civ. P.", "C.R.C.P.=Colo. R. Civ. P.",
		"Cal. R. Ct.", "California Rules of Court=Cal. R. Ct.", "Cal. Rules of Court, rule=Cal. R. Ct.", "Civ.R.=Ohio R. Civ. P.", "Crim.R.=Ohio R. Crim. P.",
		"App.R.=Ohio R. App. P.", "Evid.R.=Ohio R. Evid.", "Pa.R.C.P.=Pa. R. Civ. P.", "Pa.R.Crim.P.=Pa. R. Crim. P.", "Pa.R.A.P.=Pa. R. App. P.", "Pa.R.E.=Pa. R. Evid.",
		"Model Rules of Prof'l Conduct", "Model Rule of Professional Conduct=Model Rules of Prof'l Conduct",
	} {
		add(form)
	}
	for _, n := range []string{"1st", "2d", "2nd=2d", "3d", "3rd=3d", "4th", "5th", "6th", "7th", "8th", "9th", "10th", "11th", "D.C.", "Fed."} {
		form, canonical, ok := strings.Cut(n, "=")
		if !ok {
			canonical = form
		}
		add(form + " Cir. R.=" + canonical + " Cir. R.")
		add(form + " Cir. Local R.=" + canonical + " Cir. R.")
	}
	for d := range strings.SplitSeq(districts, "|") {
		for _, b := range []string{"L.R.", "Local R.", "Local Rule=L.R.", "Civ. L.R.", "Crim. L.R.", "L. Civ. R.", "Bankr. L.R.", "Civ. R."} {
			form, canonical, ok := strings.Cut(b, "=")
			if !ok {
				canonical = form
			}
			add(d + " " + form + "=" + d + " " + canonical)
		}
	}
	return rows
}

// districts are the federal trial courts.
const districts = "M.D. Ala.|N.D. Ala.|S.D. Ala.|D. Alaska|D. Ariz.|E.D. Ark.|W.D. Ark.|C.D. Cal.|E.D. Cal.|N.D. Cal.|S.D. Cal.|D. Colo.|D. Conn.|" +
	"D. Del.|D.D.C.|M.D. Fla.|N.D. Fla.|S.D. Fla.|M.D. Ga.|N.D. Ga.|S.D. Ga.|D. Guam|D. Haw.|D. Idaho|C.D. Ill.|N.D. Ill.|S.D. Ill.|N.D. Ind.|" +
	"S.D. Ind.|N.D. Iowa|S.D. Iowa|D. Kan.|E.D. Ky.|W.D. Ky.|E.D. La.|M.D. La.|W.D. La.|D. Me.|D. Md.|D. Mass.|E.D. Mich.|W.D. Mich.|D. Minn.|" +
	"N.D. Miss.|S.D. Miss.|E.D. Mo.|W.D. Mo.|D. Mont.|D. Neb.|D. Nev.|D.N.H.|D.N.J.|D.N.M.|E.D.N.Y.|N.D.N.Y.|S.D.N.Y.|W.D.N.Y.|E.D.N.C.|M.D.N.C.|" +
	"W.D.N.C.|D.N.D.|N.D. Ohio|S.D. Ohio|E.D. Okla.|N.D. Okla.|W.D. Okla.|D. Or.|E.D. Pa.|M.D. Pa.|W.D. Pa.|D.P.R.|D.R.I.|D.S.C.|D.S.D.|E.D. Tenn.|" +
	"M.D. Tenn.|W.D. Tenn.|E.D. Tex.|N.D. Tex.|S.D. Tex.|W.D. Tex.|D. Utah|D. Vt.|D.V.I.|E.D. Va.|W.D. Va.|E.D. Wash.|W.D. Wash.|N.D. W. Va.|" +
	"S.D. W. Va.|E.D. Wis.|W.D. Wis.|D. Wyo."

// constitutions are those of the union and of the states.
func constitutions() []row {
	var rows []row
	add := func(form string) { rows = append(rows, ownRow(form, "k", "w", "section")) }
	for _, form := range []string{
		"U.S. Const.", "US Const", "U.S. Constitution=U.S. Const.", "United States Constitution=U.S. Const.", "U.S. CONST.=U.S. Const.",
		"U. S. Const.=U.S. Const.", "Const.", "U.S.C.A. Const.=U.S. Const.", "U.S.C. Const.=U.S. Const.",
		"Constitution of the United States=U.S. Const.", "P.R. Const.",
	} {
		add(form)
	}
	for abbreviation, name := range states {
		add(abbreviation + " Const.")
		add(strings.ToUpper(abbreviation) + " CONST.=" + abbreviation + " Const.")
		add(name + " Constitution=" + abbreviation + " Const.")
		add(name + " Const.=" + abbreviation + " Const.")
	}
	return rows
}

// neutralCourts are courts that number their decisions by year: "[2004] UKHL
// 22", "2012 SCC 12".
const neutralCourts = "UKSC UKHL UKPC EWCA_Civ EWCA_Crim EWHC EWFC EWCOP EWCC EWMC UKUT UKFTT UKEAT EAT UKIAT UKAIT UKAITUR UKIPTrib CAT UKCAT CSOH CSIH HCJAC SAC_Civ SAC_Crim " +
	"ScotCS ScotHC NICA NIQB NICh NIKB NICC NIFam NIMaster JRC JCA GRC IEHC IESC IECA IECC " +
	"HCA FCA FCAFC FedCFamC1F FedCFamC2F FedCFamC1A FamCA FamCAFC FCCA FMCA AATA NSWSC NSWCA NSWCCA NSWDC NSWLEC NSWIRComm NSWCATAD VSC VSCA VCAT VCC QSC QCA QDC QCAT " +
	"WASC WASCA WADC SASC SASCA SASCFC SADC TASSC TASFC TASCCA ACTSC ACTCA NTSC NTCA NTCCA FWC FWCFB ICmlrC NZSC NZCA NZHC NZFC NZDC NZERA NZEmpC NZACC " +
	"SGCA SGHC SGDC SGMC SGHCF HKCFA HKCA HKCFI HKDC HKEC ZASC ZACC ZAGPJHC ZAGPPHC ZAWCHC ZAKZDHC ZALAC ZALCJHB INSC KESC KECA KEHC UGSC NGSC GHASC BMCA CCJ " +
	"SCC FC CAF CF TCC CMAC CHRT ONCA ONSC ONCJ ONLTB HRTO ONSCDC BCCA BCSC BCPC BCHRT ABCA ABQB ABKB ABPC ABCJ SKCA SKQB SKKB SKPC MBCA MBQB MBKB MBPC " +
	"QCCA QCCS QCCQ QCTDP NBCA NBQB NBKB NSCA NSSC NSPC PECA PESC PESCTD NLCA NLSC NLSCTD NLPC YKCA YKSC YKTC NWTCA NWTSC NUCA NUCJ CanLII"

// reports are cited by a year in brackets, with or without a volume: "[1990] 2
// AC 605", "(1992) 175 CLR 1".
const reports = "AC A.C. QB Q.B. KB K.B. Ch Ch. Ch_D Ch.D. WLR W.L.R. All_ER All_E.R. All_ER_(Comm) All_ER_(D) All_ER_(EC) Fam P PTSR JPL J.P.L. Env_LR Env_L.R. BCLC BCC EMLR E.M.L.R. FSR F.S.R. RPC R.P.C. " +
	"ICR I.C.R. IRLR I.R.L.R. Cr_App_R Cr_App_R_(S) Cr._App._R. P_&_CR P_&_C.R. HLR H.L.R. LGR L.G.R. BLR B.L.R. STC Lloyd's_Rep Lloyds_Rep Lloyd's_Rep_IR FLR F.L.R. FCR FTLR BHRC UKHRR EHRR E.H.R.R. " +
	"CMLR C.M.L.R. ECR E.C.R. CLC Con_LR PIQR Med_LR RTR Imm_AR INLR ETMR ECC EGLR E.G.L.R. EG L_&_TR Crim_LR SC S.C. SLT S.L.T. SCLR SCCR JC NI N.I. NIJB IR I.R. ILRM I.L.R.M. TLR T.L.R. LT ER E.R. Ex_D QBD Q.B.D. " +
	"App_Cas App._Cas. LR_Ch LR_Ex LR_QB LR_HL LR_Eq LR_CP LR_PC CLR C.L.R. ALR A.L.R. ALJR A.L.J.R. FLC NSWLR N.S.W.L.R. VR V.R. SASR WAR Qd_R Tas_R ACSR A_Crim_R NZLR N.Z.L.R. " +
	"SLR SLR(R) S.L.R. MLJ HKLRD HKCFAR HKC DLR D.L.R. SCR S.C.R. OR O.R. BCLR WWR AR OAC CCC C.C.C. RFL SA BCLR_(CC) SACR AIR SCC WIR PNLR WTLR BPIR LLR RVR Costs_LR COPLR JLR"

// neutrals are the courts and reports of other common-law countries.
func neutrals() []row {
	var rows []row
	for w := range strings.FieldsSeq(neutralCourts) {
		rows = append(rows, row{form: strings.ReplaceAll(w, "_", " "), canonical: strings.ReplaceAll(w, "_", " "), kind: "x", flags: "n"})
	}
	for w := range strings.FieldsSeq(reports) {
		form := strings.ReplaceAll(w, "_", " ")
		canonical := strings.ReplaceAll(form, ".", "")
		rows = append(rows, row{form: form, canonical: canonical, kind: "e", flags: "n"})
	}
	return rows
}
