package panel

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// towns are cities, larger towns, counties, islands and regions of the United Kingdom, and the capitals and large
// towns of Ireland. Nothing hangs on the list being whole: what it lacks is a word with a capital, which Suspects
// shows to whoever approves the copy.
var towns = strings.FieldsFunc(`
Aberdare,Aberdeen,Aberdeenshire,Abergavenny,Aberystwyth,Accrington,Aldershot,Alnwick,Altrincham,Ambleside,Andover,Anglesey,Angus,Antrim,Arbroath,Argyll,Armagh,
Ashford,Ashington,Aviemore,Aylesbury,Ayr,Ayrshire,Banbury,Bangor,Barnet,Barnsley,Barnstaple,Barrow,Barrow-in-Furness,Barry,Basildon,Basingstoke,Batley,Battersea,
Bedford,Bedfordshire,Belfast,Berkshire,Berwick,Bexley,Beverley,Birkenhead,Birmingham,Bishop Auckland,Blackburn,Blackpool,Blyth,Bodmin,Bognor Regis,Bolton,Bootle,Borders,
Bournemouth,Bracknell,Bradford,Braintree,Brecon,Brent,Brentwood,Bridgend,Bridgwater,Bridlington,Brighton,Bristol,Brixton,Bromley,Buckinghamshire,Burnley,Burton upon Trent,
Bury St Edmunds,Buxton,Caerphilly,Caithness,Camberley,Camberwell,Camborne,Cambridge,Cambridgeshire,Camden,Cannock,Canterbury,Cardiff,Cardigan,Carlisle,Carmarthen,
Carmarthenshire,Castleford,Ceredigion,Chatham,Chelmsford,Cheltenham,Cheshire,Chester,Chesterfield,Chester-le-Street,Chichester,Chippenham,Chorley,Clacton,Cleethorpes,
Clydebank,Coatbridge,Cockermouth,Colchester,Consett,Conwy,Copeland,Corby,Cork,Cornwall,Coventry,Craigavon,Cramlington,Crawley,Crewe,Cromer,Croydon,Cumberland,Cumbernauld,Cumbria,
Cwmbran,Darlington,Dartford,Denbighshire,Derby,Derbyshire,Derry,Devon,Dewsbury,Didcot,Doncaster,Dorchester,Dorset,Dover,Dublin,Dudley,Dulwich,Dumbarton,Dumfries,Dundee,
Dunfermline,Dungannon,Durham,Ealing,Eastbourne,East Kilbride,Eastleigh,Edinburgh,Ely,Enfield,Enniskillen,Epsom,Essex,Exeter,Exmouth,Falkirk,Falmouth,Fareham,Farnborough,
Farnham,Felixstowe,Fermanagh,Fife,Flintshire,Folkestone,Fort William,Furness,Galashiels,Galloway,Galway,Gateshead,Gillingham,Glasgow,Glastonbury,Gloucester,Gloucestershire,
Gosport,Grampian,Grantham,Gravesend,Grays,Greenock,Greenwich,Grimsby,Guernsey,Guildford,Gwent,Gwynedd,Hackney,Halifax,Hamilton,Hampshire,Hampstead,Haringey,Harlow,Harrogate,
Harrow,Hartlepool,Hastings,Hatfield,Havering,Haverfordwest,Hawick,Hebden Bridge,Hebrides,Hemel Hempstead,Hereford,Herefordshire,Hertford,Hertfordshire,Hexham,High Wycombe,
Hillingdon,Hinckley,Hitchin,Holyhead,Horsham,Hounslow,Hove,Huddersfield,Humber,Humberside,Huntingdon,Ilford,Ilkley,Inverness,Ipswich,Islay,Isle of Man,Isle of Wight,Islington,
Jarrow,Jersey,Keighley,Kendal,Kenilworth,Kent,Keswick,Kettering,Kidderminster,Kilmarnock,King's Lynn,Kingston,Kirkcaldy,Kirkwall,Knowsley,Lambeth,Lanark,Lanarkshire,Lancashire,
Lancaster,Leamington Spa,Leeds,Leicester,Leicestershire,Leigh,Lerwick,Letchworth,Lewisham,Leyton,Lichfield,Limerick,Lincoln,Lincolnshire,Lisburn,Littlehampton,Liverpool,Livingston,
Llandudno,Llanelli,London,Londonderry,Lothian,Loughborough,Louth,Lowestoft,Ludlow,Luton,Macclesfield,Maidenhead,Maidstone,Malvern,Manchester,Mansfield,Margate,Maryport,Matlock,
Medway,Melton Mowbray,Merseyside,Merthyr Tydfil,Merton,Middlesbrough,Middlesex,Midlothian,Milton Keynes,Monmouth,Monmouthshire,Moray,Morecambe,Morley,Motherwell,Nantwich,Neath,
Newark,Newbury,Newcastle,Newcastle upon Tyne,Newham,Newmarket,Newport,Newquay,Newry,Newton Abbot,Newtown,Norfolk,Northallerton,Northampton,Northamptonshire,North Shields,
Northumberland,Northumbria,Norwich,Nottingham,Nottinghamshire,Nuneaton,Oldham,Omagh,Orkney,Ormskirk,Oswestry,Oxford,Oxfordshire,Paisley,Peckham,Pembroke,Pembrokeshire,Penrith,
Penzance,Perth,Perthshire,Peterborough,Peterhead,Plymouth,Pontefract,Pontypool,Pontypridd,Portadown,Portsmouth,Port Talbot,Powys,Preston,Ramsgate,Rawtenstall,Redbridge,Redcar,Redditch,
Redhill,Redruth,Reigate,Renfrewshire,Rhondda,Rhyl,Richmond,Ripon,Rochdale,Rochester,Romford,Rotherham,Royal Tunbridge Wells,Runcorn,Ryde,Rye,Salford,Salisbury,Sandwell,Scarborough,
Scunthorpe,Sefton,Selby,Sevenoaks,Sheffield,Shetland,Shoreditch,Shrewsbury,Shropshire,Sittingbourne,Skegness,Skelmersdale,Skipton,Sligo,Slough,Solihull,Somerset,Southampton,
Southend,Southport,South Shields,Southwark,Stafford,Staffordshire,Staines,Stevenage,Stirling,Stockport,Stockton-on-Tees,Stoke-on-Trent,Stornoway,Stourbridge,Stranraer,
Stratford,Stroud,Suffolk,Sunderland,Surrey,Sussex,Sutherland,Swansea,Swindon,Tameside,Tamworth,Taunton,Teesside,Telford,Tewkesbury,Thanet,Thirsk,Tonbridge,Torbay,Torquay,
Tottenham,Tower Hamlets,Trafford,Trowbridge,Truro,Tunbridge Wells,Tyneside,Tyrone,Ullapool,Ulster,Ulverston,Uxbridge,Wakefield,Wallasey,Walsall,Waltham Forest,Walthamstow,
Wandsworth,Warrington,Warwick,Warwickshire,Waterford,Watford,Wearside,Welwyn,West Bromwich,Westminster,Westmorland,Weston-super-Mare,Wexford,Weymouth,Whitby,Whitehaven,Whitstable,
Wick,Widnes,Wigan,Wiltshire,Wimbledon,Winchester,Windermere,Windsor,Wirral,Woking,Wokingham,Wolverhampton,Woolwich,Worcester,Worcestershire,Workington,Worksop,Worthing,Wrexham,
Yeovil,York,Yorkshire`, func(r rune) bool { return r == ',' || r == '\n' })

// townsThatAreWords are towns whose names are words, names of months or games too.
var townsThatAreWords = strings.Fields(`Barking Bath Battle Boston Bude Bury Cowes Crook Deal Diss Down Eye Flint Fleet Frome Goole Hale Hull Hythe
	Kirkby Looe March Mold Nelson Poole Reading Rugby Sale Sandwich Settle Stone Street Tain Tring Ware Wells Whitehall Yarm Leek Bow Bank Oban Skye Mull Bute Clare Mayo`)

var (
	townPatterns     = townsAs(towns)
	wordTownPatterns = townsAs(townsThatAreWords)
)

func townsAs(names []string) []pattern {
	var all []pattern
	for _, name := range names {
		all = append(all, whole(name, somePlace)...)
	}
	return all
}

// townsIn finds towns, counties and the like: those that are words too only with a capital inside a sentence.
func townsIn(text string, letters []letter) []span {
	var spans []span
	for _, p := range townPatterns {
		spans = append(spans, p.find(letters)...)
	}
	for _, p := range wordTownPatterns {
		for _, s := range p.find(letters) {
			if first, _ := utf8.DecodeRuneInString(text[s.start:]); unicode.IsUpper(first) && !beginsSentence(text, s.start) {
				spans = append(spans, s)
			}
		}
	}
	return spans
}
