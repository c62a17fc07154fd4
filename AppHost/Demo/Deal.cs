using System.Text.Json;

namespace CrmSuite.Demo;

/// <summary>A customer as Sales looks after him.</summary>
/// <param name="AccountId">The account.</param>
/// <param name="ContactId">Whom one talks to there.</param>
sealed record Customer(Guid AccountId, Guid ContactId);

/// <summary>A deal, told to the suite as it was planned: with one of the customers, or out of a lead.</summary>
sealed class Deal(Company company, Clock clock, DealPlan plan, Func<Customer> customer, Lead? lead = null)
{
    const int PatienceMax = 600;

    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    readonly Story story = new($"deal-{plan.Number}", clock);
    Person seller = company.Sellers[plan.Seller];
    Guid id;
    Guid accountId;
    Guid contactId;
    Guid? invoiceId;
    Quote? quote;
    Agreement? agreement;
    int wins;

    string Path(string command) => $"/api/sales/opportunities/{id}/{command}";

    public async Task Tell()
    {
        if (lead is not null)
        {
            (id, accountId, contactId, seller) = await lead.Convert(plan);
        }

        foreach (var happening in plan.Life)
        {
            await story.On(happening.Day, plan.Number % 500);
            await Tell(happening);
        }
    }

    Task Tell(Happening happening) => happening.Act switch
    {
        Act.Open => Open(happening),
        Act.Contact => story.Tell(seller, Path("contacts"), new { contactId, role = "decider" }),
        Act.Need => story.Tell(seller, Path("need"), new { need = "Fewer steps from order to delivery.", basis = Basis.Contract }),
        Act.Rival => story.Tell(seller, Path("rivals"), new { rival = happening.Word }),
        Act.Move => story.Tell(seller, Path("stage"), new { stage = happening.Word }),
        Act.Tick => story.Tell(seller, Path("criteria"), new { criterion = "budget-confirmed" }),
        Act.Amount => story.Tell(seller, Path("amount"), new { amount = Money(happening.Value), reason = happening.Word }),
        Act.CloseDate => story.Tell(seller, Path("close-date"), new { closeDate = clock.Date(happening.Value), reason = happening.Word }),
        Act.Override => story.Tell(seller, Path("probability"), new { reason = "seller-knows", probabilityBp = happening.Value }),
        Act.Categorise => story.Tell(seller, Path("category"), new { category = happening.Word }),
        Act.Owner => HandOver(),
        Act.Task => ToDo(happening),
        Act.Call => story.Tell(seller, "/api/sales/tasks/log",
            new { kind = "call", about = new { noun = "opportunity", id }, outcome = "reached", text = "Spoke about what slows them down.", basis = Basis.Contract }),
        Act.Note => Note((Noted)happening.Value),
        Act.Quote => Quote((Offered)happening.Value),
        Act.Contract => Contract((Agreed)happening.Value),
        Act.Terminate => agreement!.Terminate(),
        Act.Win => Win(),
        Act.Lose => Lose(happening),
        Act.Withdraw => story.Tell(seller, Path("withdraw"), new { reason = "duplicate" }),
        Act.Reopen => story.Tell(seller, Path("reopen"), new { reason = "customer-is-back", stage = "discover" }),
        Act.Invoice => Invoice(happening),
        Act.Pay => Pay(happening),
        _ => Return(happening),
    };

    async Task Open(Happening happening)
    {
        if (lead is null)
        {
            (accountId, contactId) = customer();
            id = await story.New(seller, "/api/sales/opportunities", new
            {
                accountId,
                amount = Money(happening.Value),
                closeDate = clock.Date(happening.Day + 30),
                plan.Kind,
                title = $"Deal {plan.Number}",
                products = new[] { "platform" },
                basis = Basis.Contract,
            });
        }
    }

    // The team's manager gives it to the next one of his team.
    async Task HandOver()
    {
        var team = company.Sellers.Where(person => person.Team == seller.Team).ToList();
        var next = team[(team.IndexOf(seller) + 1) % team.Count];
        await story.Tell(company.ManagerOf(seller), Path("owner"), new { ownerId = next.Id.ToString(), ownerTeam = next.Team, reason = "workload" });
        seller = next;
    }

    // A thing to do within two days; most of them are done.
    async Task ToDo(Happening happening)
    {
        var dueAt = clock.Start.AddDays(happening.Day + 2).AddHours(10);
        var task = await story.New(seller, "/api/sales/tasks", new { kind = "to-do", about = new { noun = "opportunity", id }, dueAt });
        if (happening.Value > 0)
        {
            await story.Tell(seller, $"/api/sales/tasks/{task}/done", new { outcome = "done" });
        }
    }

    async Task Quote(Offered offered)
    {
        quote = new(company, clock, story, seller, plan);
        await quote.Send(accountId, id, offered);
    }

    async Task Contract(Agreed agreed)
    {
        agreement = new(company, clock, story, seller, plan);
        await agreement.Write(id, agreed);
    }

    async Task Note(Noted noted)
    {
        var note = await story.New(seller, "/api/sales/notes", new
        {
            about = new { noun = "opportunity", id },
            text = "They decide on Thursday.",
            mentions = new[] { company.ManagerOf(seller).Id.ToString() },
            basis = Basis.Contract,
        });
        if (noted == Noted.Corrected)
        {
            await story.Tell(seller, $"/api/sales/notes/{note}/corrections", new { text = "They decide on Friday.", basis = Basis.Contract });
        }
        else if (noted == Noted.Removed)
        {
            await story.Tell(seller, $"/api/sales/notes/{note}/remove", new { reason = "wrong-deal" });
        }
    }

    async Task Win()
    {
        object evidence = quote is not null ? new { kind = "quote", stream = $"sales.quote-{await quote.Accept()}", version = 1 }
            : agreement is not null ? new { kind = "contract", stream = agreement.Stream, version = agreement.Version }
            : new { kind = "customer-order", stream = $"erp.order-{plan.Number}", version = 0 };
        await story.Tell(seller, Path("win"), new { evidence });
        wins++;
    }

    async Task Lose(Happening happening)
    {
        await (quote?.Reject(happening.Word) ?? agreement?.Withdraw() ?? Task.CompletedTask);
        await story.Tell(seller, Path("lose"), new { reason = happening.Word });
    }

    // What accounting asks the customer for, and when it wants to have it.
    async Task Invoice(Happening happening) => invoiceId = await story.New(company.Operations, "/api/sales/invoices", new
    {
        source = "accounting",
        number = $"R-{plan.Number}",
        amount = Money(happening.Value),
        invoicedOn = clock.Date(happening.Day),
        dueOn = clock.Date(happening.Day + DealPlan.DueDays),
        customerId = await CustomerId(),
        accountId,
        orderId = await Order(),
    });

    async Task Pay(Happening happening)
    {
        await story.Tell(company.Operations, $"/api/sales/orders/{await Order()}/payments", new { amount = Money(happening.Value) });
        if (invoiceId is { } invoice)
        {
            await story.Tell(company.Operations, $"/api/sales/invoices/{invoice}/payments", new { amount = Money(happening.Value) });
        }
    }

    async Task Return(Happening happening) =>
        await story.Tell(company.Operations, $"/api/sales/orders/{await Order()}/returns", new { amount = Money(happening.Value), reason = "not-fitting" });

    async Task<Guid> CustomerId() =>
        (await company.Operations.Gate.Ask(HttpMethod.Get, $"/api/sales/opportunities/{id}")).GetProperty("customerId").GetGuid();

    /// <summary>The order that Sales placed for the win, by itself.</summary>
    async Task<Guid> Order()
    {
        for (var again = 0; ; again++)
        {
            var orders = await company.Operations.Gate.Ask(HttpMethod.Get, $"/api/sales/orders?customerId={await CustomerId()}&size=200");
            foreach (var order in orders.GetProperty("items").EnumerateArray())
            {
                if (order.GetProperty("number").GetString() == $"{id}-{wins}")
                {
                    return order.GetProperty("orderId").GetGuid();
                }
            }

            if (again == PatienceMax)
            {
                throw new RefusedException($"No order came of the win of {id}.");
            }

            await Task.Delay(Pause);
        }
    }

    object Money(long minor) => new { minor, currency = plan.Currency };
}

/// <summary>Why personal fields may be held.</summary>
static class Basis
{
    public static readonly object Contract = new { kind = "contract", purpose = "sales" };

    public static readonly object Consent = new { kind = "consent", purpose = "sales-enquiry", noticeVersion = "2026-1" };

    public static readonly object Interest = new { kind = "legitimate-interest", purpose = "sales" };
}
