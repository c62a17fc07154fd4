namespace CrmSuite.Demo;

/// <summary>The contract of a deal: written by who sells, approved by two people who have nothing to do with it, signed by both sides.</summary>
sealed class Agreement(Company company, Clock clock, Story story, Person seller, DealPlan plan)
{
    const int TermDays = 40;
    const int NoticeDays = 10;

    Guid id;

    /// <summary>Its stream, as evidence of a win.</summary>
    public string Stream => $"sales.contract-{id}";

    /// <summary>The version of its stream at which all had signed.</summary>
    public int Version { get; private set; }

    string Path(string command) => $"/api/sales/contracts/{id}/{command}";

    public async Task Write(Guid opportunityId, Agreed agreed)
    {
        id = await story.New(seller, "/api/sales/contracts", new { opportunityId, text = Text("Delivered within six weeks."), basis = Basis.Contract });
        if (agreed == Agreed.Drafted)
        {
            return;
        }

        await Approve();
        if (agreed == Agreed.Changed)
        {
            await story.On((story.At - clock.Start).Days);
            await story.Tell(seller, Path("change"), new { text = Text("Delivered within four weeks."), basis = Basis.Contract });
            await Approve();
        }

        var hash = await Hash();
        foreach (var party in (string[])["seller", "buyer"])
        {
            var signed = await story.Tell(seller, Path("signatures"), new { party, hash, evidence = $"Envelope {plan.Number}" });
            Version = signed.GetProperty("version").GetInt32();
        }
    }

    public Task Withdraw() => story.Tell(seller, Path("withdraw"), new { reason = "deal-lost" });

    public Task Terminate() => story.Tell(seller, Path("terminate"), new { by = "customer", reason = "moved-away" });

    object Text(string delivery)
    {
        var day = (story.At - clock.Start).Days;
        return new
        {
            from = clock.Date(day + 1),
            to = clock.Date(day + TermDays),
            noticeDays = NoticeDays,
            clauses = new object[]
            {
                new { name = "delivery", text = delivery },
                new { name = "term", text = "It ends by itself, and goes on if both want it.", lockIn = "exit" },
            },
        };
    }

    async Task Approve()
    {
        await story.Tell(seller, Path("submit"), new { flow = Definitions.Contracts });
        var approval = (await seller.Gate.Ask(HttpMethod.Get, $"/api/sales/approvals?targetId={id}")).GetProperty("items")[0].GetProperty("approvalId").GetGuid();
        foreach (var person in (Person[])[company.Head, company.Counsel])
        {
            await story.Tell(person, $"/api/sales/approvals/{approval}/decide", new { step = Definitions.Contracts, hash = await Hash(), answer = "yes" });
        }
    }

    /// <summary>Of the text at this moment of the story: told again, it may have another one by now.</summary>
    async Task<string> Hash() =>
        (await seller.Gate.Ask(HttpMethod.Get, $"/api/sales/contracts/{id}?asOf={story.At:yyyy-MM-ddTHH:mm:ss.fffZ}")).GetProperty("hash").GetString()!;
}
