using CrmSuite.Acquisition.AssignmentRules;
using CrmSuite.Acquisition.Leads;
using CrmSuite.Acquisition.Rosters;
using CrmSuite.Acquisition.ScoreTables;
using CrmSuite.Contracts;
using CrmSuite.Contracts.Acquisition;
using CrmSuite.Contracts.Sales;
using CrmSuite.Contracts.Service;
using CrmSuite.Departments;
using CrmSuite.Journal;
using CrmSuite.Loyalty.Points;
using CrmSuite.Sales.Accounts;
using CrmSuite.Sales.Affiliations;
using CrmSuite.Sales.Agreements;
using CrmSuite.Sales.ApprovalFlows;
using CrmSuite.Sales.Approvals;
using CrmSuite.Sales.Contacts;
using CrmSuite.Sales.Corridors;
using CrmSuite.Sales.Credits;
using CrmSuite.Sales.FieldTables;
using CrmSuite.Sales.Invoices;
using CrmSuite.Sales.Notes;
using CrmSuite.Sales.Opportunities;
using CrmSuite.Sales.Orders;
using CrmSuite.Sales.PriceBooks;
using CrmSuite.Sales.Products;
using CrmSuite.Sales.Quotes;
using CrmSuite.Sales.StageTables;
using CrmSuite.Sales.Tasks;
using CrmSuite.Sales.TaxTables;
using CrmSuite.Service.Cases;
using Customer = CrmSuite.Acquisition.Customers.Customer;

namespace CrmSuite.Links.Tests;

/// <summary>
/// What people do every day in all departments. Each noun has its life: it is begun, and then one thing or another is done with it; what is refused changes nothing.
/// </summary>
/// <param name="World">Where it happens.</param>
/// <param name="Name">Tells these nouns from others.</param>
/// <param name="Customers">Whom the nouns are about, in turn.</param>
/// <param name="Via">The joint card that people look at.</param>
sealed record Traffic(World World, string Name, IReadOnlyList<Guid> Customers, ViaLink? Via = null)
{
    /// <summary>How many nouns of each kind there are.</summary>
    public const int Nouns = 6;

    const string Boss = "u-boss";
    const string Deputy = "u-deputy";
    const string Ann = "u-ann";
    const string Team = "sales";

    static readonly DateOnly Day = new(2026, 1, 1);
    static readonly Seller Seller = new("u-17", Team, IsForAll: true);
    static readonly LeadWorker Worker = new("u-17", IsForAll: true);
    static readonly IReadOnlyList<Person> People = [new(Boss, Active: true, ["sales-manager"], Team)];
    static readonly TaskSubject Nobody = new(null, "Europe/Riga");

    /// <summary>The life of each noun: how it is begun, and what may follow. Each is told the noun's number and that of the step.</summary>
    public static readonly IReadOnlyList<IReadOnlyList<Func<Traffic, int, int, bool>>> Lives =
    [
        [
            (t, i, _) => t.Do<Order>("order", i, noun => noun.Place(t.Ordered(i), t.CustomerOf(i))),
            (t, i, n) => t.Do<Order>("order", i, noun => noun.Pay(new(noun.Due), Ids.Derive("payment", $"{n}"))),
            (t, i, n) => t.Do<Order>("order", i, noun => noun.Pay(new(Euro(100)), Ids.Derive("payment", $"{n}"))),
            (t, i, n) => t.Do<Order>("order", i, noun => noun.Return(new(Amount: Euro(300)), Ids.Derive("return", $"{n}"))),
            (t, i, _) => t.Do<Order>("order", i, noun => noun.Cancel(new("changed-mind"))),
        ],
        [
            (t, i, n) => t.World.Decide<Credit>(Ids.Derive("credit", "shop", $"{t.Name}-{n}"),
                noun => noun.Issue(new("shop", $"{t.Name}-{n}", Euro(200), t.CustomerOf(i)), t.CustomerOf(i)), t.Via),
        ],
        [
            (t, i, n) => t.HasAccount(i) | t.Do<Invoice>("invoice", i, noun => noun.Open(t.Billed(i), t.CustomerOf(i), t.Books(i), t.World.Now)),
            (t, i, n) => t.Do<Invoice>("invoice", i, noun => noun.Pay(new(Euro(100)), Ids.Derive("payment", $"{n}"), t.World.Now)),
            (t, i, n) => t.Do<Invoice>("invoice", i, noun => noun.Pay(new(noun.Due), Ids.Derive("payment", $"{n}"), t.World.Now)),
            (t, i, n) => t.Do<Invoice>("invoice", i, noun => noun.MoveDueDay(new(Day.AddDays(n)), t.Books(i), t.World.Now)),
            (t, i, _) => t.Do<Invoice>("invoice", i, noun => noun.FallOverdue(noun.OverdueAt)),
        ],
        [
            (t, i, _) => t.Do<Case>("case", i, noun => noun.Open(new(t.CustomerOf(i), "phone", CaseKind.Fault, Text: Text("It drips.")), t.Id("case", i))),
            (t, i, n) => t.Do<Case>("case", i, noun => noun.Assign(new($"u-{n % 3}"))),
            (t, i, n) => t.Do<Case>("case", i, noun => noun.Reply(new(Text("We look at it.")), Ids.Derive("reply", $"{n}"))),
            (t, i, n) => t.Do<Case>("case", i, noun => noun.Hear(new(Text("It drips still.")), Ids.Derive("reply", $"{n}"))),
            (t, i, n) => t.Do<Case>("case", i, noun => noun.Wait(new(n % 2 == 0 ? WaitFor.Customer : WaitFor.Third))),
            (t, i, _) => t.Do<Case>("case", i, noun => noun.EndWait()),
            (t, i, _) => t.Do<Case>("case", i, noun => noun.Resolve(new("worn-part", "replaced"))),
            (t, i, _) => t.Do<Case>("case", i, noun => noun.Reopen(new("drips-again"))),
            (t, i, _) => t.Do<Case>("case", i, noun => noun.Close(new(Closer.Staff, "spam"))),
        ],
        [
            IsThere,
            (t, i, n) => t.Points(i, noun => noun.Redeem(new(5 + (n % 20)), Ids.Derive("redemption", $"{n}"), t.World.Now)),
            (t, i, n) => t.Points(i, noun => noun.Grant(new(t.CustomerOf(i), 10, "goodwill"), Ids.Derive("grant", $"{n}"), t.World.Now)),
            // Before anybody could spend them.
            (t, i, n) => t.Points(i, noun => noun.Grant(new(t.CustomerOf(i), 10, "spring", t.World.Now.AddSeconds(1)), Ids.Derive("grant", $"{n}"),
                t.World.Now))
                && t.Points(i, noun => noun.Expire(t.World.Now.AddSeconds(1))),
        ],
        [
            IsThere,
            (t, i, n) => t.World.Decide<Customer>(t.CustomerOf(i), noun => noun.Correct(new("moved", City: $"City {n}")), t.Via),
            (t, i, n) => t.World.Decide<Customer>(t.CustomerOf(i), noun => noun.Prefer(new("de", "Europe/Vienna", "EUR", Interests: [$"tea-{n}"])), t.Via),
            (t, i, n) => t.IsNamed(i, n),
            (t, i, n) => t.IsNamed(i, n) && t.World.Decide<Customer>(t.CustomerOf(i), noun =>
                noun.Remove(new("wrong"), Ids.Derive("identifier", $"{n}")), t.Via),
            // What is verified already is not verified again: a joint card would take it from him.
            (t, i, n) => t.Via is null && t.World.Decide<Customer>(t.CustomerOf(i), noun => noun.Correct(new("married", Name: Text($"Ann {n}"))))
                && t.World.Decide<Customer>(t.CustomerOf(i), noun => noun.Verify(new([VerifiedField.Name], "passport"))),
        ],
        [
            IsThere,
            (t, i, n) => t.World.Decide<Contact>(t.CustomerOf(i), noun => noun.Correct(new("moved", Name: Text($"Ann {n}"),
                Email: Text($"ann{n}@example.org"))), t.Via),
        ],
        [
            (t, i, _) => t.HasAccount(i),
            (t, i, n) => t.Do<Account>("account", i, noun => noun.SetFields(new(Text($"Teahouse {n}"), Industry: "retail", Country: "AT"), Seller, FieldTable.Initial)),
            (t, i, n) => t.Do<Account>("account", i, noun => noun.ChangeOwner(new($"u-{n}", "illness", Team), Seller)),
            (t, i, _) => t.Do<Account>("account", i, noun => noun.Close(new("bankrupt"), Seller)) && t.Do<Account>("account", i, noun =>
                noun.Reopen(new("mistake"), Seller)),
            (t, i, _) => t.Do<Account>("account", i, noun => noun.SetParent(new(t.Id("account", i + 1)), Seller, [t.Id("account", i + 1)])),
            (t, i, _) => t.World.Decide<PriceBook>(PriceBook.IdOf(t.Id("account", i)), noun =>
                noun.Follow(new(PriceBook.Standard), t.The<Account>("account", i), t.World.State<PriceBook>(PriceBook.IdOf(PriceBook.Standard))), t.Via),
            (t, i, n) => t.World.Decide<PriceBook>(PriceBook.IdOf(t.Id("account", i)),
                noun => noun.Agree(new([new("tea", Euro(900 - (n % 50)), 1, Day)], "loyal"), t.The<Account>("account", i)), t.Via),
        ],
        [
            (t, i, _) => (t.HasAccount(i) | t.Employed(i, noun => noun.Start(t.Employment(i), t.The<Account>("account", i),
                t.World.State<Contact>(t.CustomerOf(i + 1))))),
            (t, i, n) => t.Employed(i, noun => noun.Change(new($"role-{n}"))),
            (t, i, _) => t.Employed(i, noun => noun.End(new("left"))),
        ],
        [
            (t, i, _) => t.HasDeal(i),
            (t, i, n) => t.Do<Opportunity>("deal", i, noun => noun.Move(new(n % 3 == 0 ? "qualify" : "propose"), t.Grounds(), t.World.Now)),
            (t, i, n) => t.Do<Opportunity>("deal", i, noun => noun.ChangeAmount(new(Euro(1_000 + n), "scope"), t.Grounds(), t.World.Now)),
            (t, i, n) => t.Do<Opportunity>("deal", i, noun => noun.SetLines(new([new("tea", n * 1_000, Euro(10))]), t.Grounds(), t.World.Now)),
            (t, i, n) => t.Do<Opportunity>("deal", i, noun => noun.MoveCloseDate(new(Day.AddDays(n), "budget"), Seller)),
            (t, i, n) => t.Do<Opportunity>("deal", i, noun => noun.Categorise(new(n % 2 == 0 ? ForecastCategory.Commit : ForecastCategory.Best), Seller)),
            (t, i, n) => t.Do<Opportunity>("deal", i, noun => noun.Override(new("feeling", n), Seller)),
            (t, i, n) => t.Do<Opportunity>("deal", i, noun => noun.AddContact(new(t.CustomerOf(i), n % 2 == 0
                ? ContactRole.Decider : ContactRole.User), t.World.State<Contact>(t.CustomerOf(i)), Seller)),
            (t, i, _) => t.Do<Opportunity>("deal", i, noun => noun.RemoveContact(t.CustomerOf(i), Seller)),
            (t, i, n) => t.Do<Opportunity>("deal", i, noun => noun.ChangeOwner(new($"u-{n}", "illness", Team), Seller)),
            (t, i, n) => t.Do<Opportunity>("deal", i, noun => noun.SetFields(new([new("shop-code", $"S{n}")]), t.Grounds())),
            (t, i, n) => t.Do<Opportunity>("deal", i, noun => noun.RecordNeed(new(Text($"Tea for {n}")), Seller)),
            (t, i, n) => t.Do<Opportunity>("deal", i, noun => noun.NameRival(new($"rival-{n % 4}"), Seller)),
            (t, i, n) => t.Do<Opportunity>("deal", i, noun => noun.Tick(new("budget-known", n % 2 == 0), t.Grounds())),
            (t, i, n) => t.Do<Opportunity>("deal", i, noun => noun.Win(new(new(EvidenceKind.CustomerOrder, "erp.order-1", 0)), t.Grounds(), t.World.Now)),
            (t, i, n) => t.Do<Opportunity>("deal", i, noun => noun.Lose(new("price", "rival-1", Text("Too dear.")), Seller)),
            (t, i, _) => t.Do<Opportunity>("deal", i, noun => noun.Withdraw(new(WithdrawalReason.Duplicate), Seller)),
            (t, i, _) => t.Do<Opportunity>("deal", i, noun => noun.Reopen(new("calls-again", "qualify"), t.Grounds(), t.OrderOfWin(noun), t.World.Now)),
        ],
        [
            (t, i, _) => t.HasDeal(i) | t.Do<Quote>("quote", i, noun => noun.Begin(t.Drafted(i), t.Id("quote", i), t.Quoting(i), t.World.Now)),
            (t, i, n) => t.Do<Quote>("quote", i, noun => noun.Change(new(Offered(n)), t.Quoting(i), t.World.Now)),
            (t, i, n) => t.Do<Quote>("quote", i, noun => noun.Revise(new("more", Offered(n)), t.Quoting(i), t.World.Now)),
            (t, i, _) => t.Do<Quote>("quote", i, noun => noun.Send(Now(SendingGrounds.Load(t.World, Seller, noun, default)), t.World.Now)),
            (t, i, _) => t.Do<Quote>("quote", i, noun => noun.Accept(new(noun.Sent ?? 0, noun.Versions.Find(version =>
                version.Version == noun.Sent)?.Hash ?? "", "letter 1", Text("Ann Lee")), Seller, t.World.Now)),
            (t, i, _) => t.Do<Quote>("quote", i, noun => noun.Reject(new("price", Text("Too dear.")), Seller)),
            (t, i, _) => t.Do<Quote>("quote", i, noun => noun.Withdraw(new("sold-out"), Seller)),
            (t, i, _) => t.Do<Quote>("quote", i, noun => noun.Expire()),
            (t, i, n) => t.Do<Quote>("quote", i, noun => noun.ChangeOwner(new($"u-{n}", "illness"), Seller)),
            (t, i, _) => t.The<Quote>("quote", i) is { Newest: { } newest } quote
                && t.Ask(new(new(Quote.Noun, quote.QuoteId, newest.Version, newest.Hash), quote.CustomerId, newest.AuthorId, quote.OwnerId, quote.AccountId,
                    quote.OpportunityId, newest.Terms.Net)),
            (t, i, n) => t.Approve(Quote.Noun, i, (noun, hash) => noun.Claim(new("one", hash), new("staff", Boss))),
            (t, i, n) => t.Approve(Quote.Noun, i, (noun, hash) => noun.Delegate(new("one", hash, Deputy, "holiday"), new("staff", Boss), mayApprove: true)),
            (t, i, n) => t.Approve(Quote.Noun, i, (noun, _) => noun.Escalate(t.World.Now.AddDays(3))),
            (t, i, n) => t.Answer(Quote.Noun, i, n % 3 == 0 ? ApprovalAnswer.No : ApprovalAnswer.Yes),
            (t, i, _) => t.Approve(Quote.Noun, i, (noun, _) => noun.Withdraw(new("not-needed"), Seller)),
            // Won by what was accepted.
            (t, i, _) => t.The<Quote>("quote", i) is { Sent: { } sent } quote && t.Do<Opportunity>("deal", i, noun =>
                noun.Win(new(new(EvidenceKind.Quote, $"{Quote.Category}-{quote.QuoteId}", sent)), t.Grounds(), t.World.Now, quote)),
        ],
        [
            (t, i, _) => t.HasDeal(i) | t.Do<Contract>("contract", i, noun => noun.Draft(t.Agreed(i), t.Id("contract", i), Now(ContractGrounds.Load(t.World,
                Seller, t.Agreed(i), default)))),
            (t, i, n) => t.Do<Contract>("contract", i, noun => noun.Change(new(Written(n)), Seller)),
            (t, i, _) => t.IsSubmitted(i),
            (t, i, n) => t.Answer(Contract.Noun, i, n % 3 == 0 ? ApprovalAnswer.No : ApprovalAnswer.Yes),
            (t, i, _) => t.IsSubmitted(i) | t.Answer(Contract.Noun, i, ApprovalAnswer.Yes) | t.Sign(i, "seller") | t.Sign(i, "buyer"),
            (t, i, _) => t.Sign(i, "seller"),
            // Its notice, and then its end.
            (t, i, _) => t.Passes(i) | t.Passes(i),
            (t, i, _) => t.Do<Contract>("contract", i, noun => noun.Terminate(new(ContractEnder.Customer, "moved"), Seller, t.World.Now)),
            (t, i, n) => t.Do<Contract>("contract", i, noun => noun.ChangeOwner(new($"u-{n}", "illness"), Seller)),
            (t, i, _) => t.Do<Contract>("contract", i, noun => noun.Withdraw(new("no-need"), Seller)),
        ],
        [
            (t, i, _) => t.HasAccount(i) | t.Do<WorkTask>("task", i, noun => noun.Open(
                new(i % 2 == 0 ? TaskKind.EMail : TaskKind.ToDo, t.About(i), t.World.Now.AddDays(1), RemindAt: t.World.Now, Text: i == 0
                    ? null : Text("Ask him.")), t.Id("task", i), Seller, t.Subject(i))),
            (t, i, n) => t.World.Decide<WorkTask>(Ids.Derive("log", t.Name, $"{n}"),
                noun => noun.Log(new(TaskKind.Call, t.About(i), "reached", Text: Text("He thinks about it.")), Ids.Derive("log", t.Name, $"{n}"), Seller,
                    new(t.CustomerOf(i), "Europe/Riga"), t.World.Now), t.Via),
            (t, i, n) => t.Do<WorkTask>("task", i, noun => noun.Reschedule(new(t.World.Now.AddDays(n), "holiday"), Seller, t.Subject(i))),
            (t, i, n) => t.Do<WorkTask>("task", i, noun => noun.Reassign(new($"u-{n}", "illness"), Seller)),
            (t, i, _) => t.Do<WorkTask>("task", i, noun => noun.Remind()),
            (t, i, _) => t.Do<WorkTask>("task", i, noun => noun.Finish(new("reached"), Seller)),
            (t, i, _) => t.Do<WorkTask>("task", i, noun => noun.Drop(new("no-need"), Seller)),
        ],
        [
            (t, i, _) => t.HasAccount(i) | t.Do<Note>("note", i, noun => noun.Write(new(t.About(i), Text("Likes tea.")), t.Id("note", i), Seller,
                new(t.CustomerOf(i), null))),
            (t, i, n) => t.Do<Note>("note", i, noun => noun.Correct(new(Text($"Likes tea {n}.")), Seller)),
            (t, i, _) => t.Do<Note>("note", i, noun => noun.Remove(new("wrong"), Seller)),
        ],
        [
            (t, i, _) => t.Do<Lead>("lead", i, noun => noun.Capture(t.Caught(i), t.Id("lead", i), t.CustomerOf(i), [], t.Scores())),
            (t, i, n) => t.Do<Lead>("lead", i, noun => noun.SetFields(new(Country: "AT", Industry: $"industry-{n}"), Worker, t.Scores())),
            (t, i, n) => t.Do<Lead>("lead", i, noun => noun.Contact(new("phone"), Ids.Derive("contacted", $"{n}"), Worker, t.Scores())),
            (t, i, n) => t.Do<Lead>("lead", i, noun => noun.Nurture(new(Day.AddDays(n), "later"), Worker, t.World.Now)),
            (t, i, _) => t.Do<Lead>("lead", i, noun => noun.Qualify(new("asked-for-it"), t.Scores(), t.Choice(noun), t.World.Now)),
            (t, i, _) => t.Do<Lead>("lead", i, noun => noun.Qualify(new("asked-for-it"), t.Scores(), t.Choice(noun), t.World.Now))
                | t.Do<Lead>("lead", i, noun => noun.Accept(Worker))
                | t.Do<Lead>("lead", i, noun => noun.QualifyForSales(new(Text("Tea"), "small", "owner", "now"), Worker))
                | t.Do<Lead>("lead", i, noun => noun.Convert(new(Opportunity: new(Day.AddDays(30), Amount: Euro(5_000), Title: Text("Tea"))), Worker)),
            (t, i, _) => t.Do<Lead>("lead", i, noun => noun.Accept(Worker)),
            (t, i, _) => t.Do<Lead>("lead", i, noun => noun.Overdue()),
            (t, i, _) => t.Do<Lead>("lead", i, noun => noun.Reject(new("too-small"), Worker, t.World.Now)),
            (t, i, _) => t.Do<Lead>("lead", i, noun => noun.Disqualify(new("competitor"), Worker)),
            (t, i, n) => t.Do<Lead>("lead", i, noun => noun.Recycle(new(Day.AddDays(n), "new-boss"), t.World.Now)),
        ],
    ];

    /// <summary>A noun is begun, or, where it is there, one thing or another is done with it.</summary>
    public void Act(int life, int noun, int choice, int number)
    {
        if (!Lives[life][0](this, noun, number) && Lives[life].Count > 1)
        {
            Lives[life][1 + (choice % (Lives[life].Count - 1))](this, noun, number);
        }
    }

    /// <summary>What the company has published before the first customer comes.</summary>
    public static IReadOnlyList<Func<World, bool>> Published { get; } =
    [
        world => world.Decide<Analytics.Books.Books>(Analytics.Books.Books.TheId, noun => noun.Publish(new("EUR", "Europe/Vienna"))),
        world => world.Decide<StageTable>(StageTable.IdOf(StageTable.Usual), noun => noun.Publish(StageTable.Usual, new(
            [new("qualify", 1_000, MaySkip: true, MayReturn: true, Exit: [new("budget-known", CriterionKind.Tick)]), new("propose", 5_000, MaySkip: true)],
            [EvidenceKind.Quote, EvidenceKind.CustomerOrder]))),
        world => world.Decide<FieldTable>(FieldTable.IdOf("opportunity"), noun =>
            noun.Publish("opportunity", new([new("shop-code", FieldType.Code, "Shop code")]))),
        world => world.Decide<Product>(Product.IdOf("tea"), noun => noun.List("tea", new("Tea"))),
        world => world.Decide<PriceBook>(PriceBook.IdOf(PriceBook.Standard), noun => noun.Publish(PriceBook.Standard, new([new("tea", Euro(1_000), 1, Day)]))),
        world => world.Decide<TaxTable>(TaxTable.IdOf("AT"), noun => noun.Publish("AT", new([new("standard", 2_000, Day)]))),
        world => world.Decide<Corridor>(Corridor.TheId, noun => noun.Publish(new(1_000))),
        world => world.Decide<ApprovalFlow>(ApprovalFlow.IdOf(StageTable.Usual),
            noun => noun.Publish(StageTable.Usual, new([new("one", 1, [new(ApproverKind.Role, "sales-manager")])]))),
        world => world.Decide<ScoreTable>(ScoreTable.IdOf(ScoreTable.Usual),
            noun => noun.Publish(ScoreTable.Usual, new(10, [new("reachable", 5, new(LeadField.Email)), new("at-home", 5, new(LeadField.Country, ["AT"]))]))),
        world => world.Decide<AssignmentRule>(AssignmentRule.IdOf(AssignmentRule.Usual), noun => noun.Publish(AssignmentRule.Usual, new(60, [new(Team)]))),
        world => world.Decide<Roster>(Roster.IdOf(Team), noun => noun.Set(Team, Ann, new(["de"], [], 10), Worker)),
        world => world.Decide<Roster>(Roster.IdOf(Team), noun => noun.SetPresence(Ann, new(Presence.Ready), Worker, world.Now)),
    ];

    static bool IsThere(Traffic traffic, int noun, int step) => false;

    static Money Euro(long minor) => new(minor, "EUR");

    static PersonalData Text(string text) => PersonalData.From(text);

    // The world reads from memory: what it is asked for is there at once.
    static T Now<T>(Task<T> read) => read.GetAwaiter().GetResult();

    bool Do<TState>(string noun, int number, Func<TState, Decision> decide) where TState : class, IFold<TState> => World.Decide(Id(noun, number), decide, Via);

    TState The<TState>(string noun, int number) where TState : class, IFold<TState> => World.State<TState>(Id(noun, number));

    Guid CustomerOf(int number) => Customers[number % Customers.Count];

    Guid Id(string noun, int number) => noun == "order" ? Ordered(number).OrderId()
        : noun == "invoice" ? Billed(number).InvoiceId() : Ids.Derive(noun, Name, $"{number}");

    PlaceOrder Ordered(int number) => new("shop", $"{Name}-{number}", Euro(1_000 + (number * 37)), CustomerOf(number));

    OpenInvoice Billed(int number) => new("erp", $"{Name}-{number}", Euro(1_000), Day, Day.AddDays(30), CustomerOf(number), AccountId: Id("account", number));

    InvoiceGrounds Books(int number) => Now(InvoiceGrounds.Load(World, Id("account", number), null, default));

    bool IsNamed(int number, int step) => World.Decide<Customer>(CustomerOf(number),
        noun => noun.Add(new(IdentifierKind.External, Text($"K-{step}"), "shop"), Ids.Derive("identifier", $"{step}")), Via);

    bool Points(int number, Func<PointsAccount, Decision> decide) => World.Decide(EarningRule.MemberId(CustomerOf(number)), decide, Via);

    bool HasAccount(int number) => Do<Account>("account", number, noun => noun.Open(
        new(CustomerOf(number), Name: Text($"Teahouse {number}"), Country: "AT"), Id("account", number), CustomerOf(number), Seller, null));

    StartAffiliation Employment(int number) => new(Id("account", number), CustomerOf(number + 1), "clerk", Title: Text("Dr."));

    bool Employed(int number, Func<Affiliation, Decision> decide) => World.Decide(Employment(number).AffiliationId, decide, Via);

    bool HasDeal(int number) => HasAccount(number) | Do<Opportunity>("deal", number, noun => noun.Open(
        new(Id("account", number), Euro(10_000), Day.AddDays(60), Title: Text($"Tea {number}")), Id("deal", number), The<Account>("account", number),
            Grounds(), World.Now));

    Grounds Grounds() => Now(Sales.Opportunities.Grounds.Load(World, Seller, StageTable.IdOf(StageTable.Usual), "EUR", default));

    Order OrderOfWin(Opportunity deal) => World.State<Order>(WhenOpportunityWon.OrderOf(deal.OpportunityId, deal.Wins));

    // Half of the quotes are of a deal, half are free.
    DraftQuote Drafted(int number) => new(Id("account", number), Offered(number), number % 2 == 0 ? Id("deal", number) : null);

    QuoteGrounds Quoting(int number) => Now(QuoteGrounds.Load(World, Seller, Id("account", number), Drafted(number).OpportunityId, Offered(number), default));

    static Offer Offered(int number) => new("EUR", "AT", Day.AddDays(90), [new(1, "tea", 1_000 * (1 + number), number % 4 == 0
        ? 2_000 : 500)], Recipient: Text("Ann Lee"));

    bool Ask(ApprovalRequest request)
    {
        var flow = World.State<ApprovalFlow>(ApprovalFlow.IdOf(StageTable.Usual));
        return World.Decide<Approval>(Approval.IdOf(request.Target.Noun, request.Target.Id), noun =>
            noun.Start(request, new(flow.FlowId, flow.Name, flow.Version, flow.With(People, [Seller.Id])), new("staff", Seller.Id), World.Now), Via);
    }

    bool Approve(string noun, int number, Func<Approval, string, Decision> decide) =>
        World.Decide<Approval>(Approval.IdOf(noun, Id(noun, number)), approval => decide(approval, approval.Target?.Hash ?? ""), Via);

    // Whoever of them may, and where it was delegated his deputy.
    bool Answer(string noun, int number, ApprovalAnswer answer) => Approve(noun, number, (approval, hash) =>
        approval.Decide(new("one", hash, answer, Text("As ever.")), new("staff", approval.Steps.IsEmpty ? Boss : approval.Steps[0].Approvers[0]), World.Now));

    // One contract in three follows the account alone, one the deal, one the quote.
    DraftContract Agreed(int number) => (number % 3) switch
    {
        0 => new(Written(number) with { Value = Euro(9_000) }, AccountId: Id("account", number)),
        1 => new(Written(number), OpportunityId: Id("deal", number)),
        _ => new(Written(number), QuoteId: Id("quote", number)),
    };

    static WrittenContract Written(int number) => new(Day, [new("term", Text($"{number} months.")), new("law", Text("Ours."), LockInKind.Penalty)],
        Day.AddDays(365), 30);

    bool IsSubmitted(int number) => The<Contract>("contract", number) is { Matter: { } matter } noun
        && Ask(new(new(Contract.Noun, noun.ContractId, noun.Version, noun.Hash), noun.CustomerId, noun.AuthorId, noun.OwnerId, matter.AccountId,
            matter.OpportunityId, matter.Value))
        && Do<Contract>("contract", number, contract => contract.Submit(contract.Hash, StageTable.Usual));

    bool Passes(int number) => Do<Contract>("contract", number, noun => noun.Pass(World.Now.AddYears(2)));

    bool Sign(int number, string party) => Do<Contract>("contract", number, noun => noun.Sign(
        new(party, noun.Hash, Text("Ann Lee")), Seller, World.State<Approval>(Approval.IdOf(Contract.Noun, noun.ContractId)).IsApproved(noun.Hash), World.Now));

    About About(int number) => number == 0 ? new("order", Id("order", number)) : new("account", Id("account", number));

    // One of them concerns nobody.
    TaskSubject Subject(int number) => number == 0 && Via is null ? Nobody : new(CustomerOf(number), "Europe/Riga");

    ScoreTable Scores() => World.State<ScoreTable>(ScoreTable.IdOf(ScoreTable.Usual));

    CaptureLead Caught(int number) => new("fair", "event", CustomerOf(number), Name: Text("Ann Lee"), Email: Text($"ann{number}@example.org"),
        Company: number % 2 == 0 && Via is null ? Text("Teahouse") : null);

    Assignment Choice(Lead lead) => Assignment.Of(new(Ann, Team, "knows-him"), World.State<AssignmentRule>(AssignmentRule.IdOf(AssignmentRule.Usual)),
        World.State<Roster>(Roster.IdOf(Team)), 1, lead);
}
