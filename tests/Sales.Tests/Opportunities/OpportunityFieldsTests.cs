using CrmSuite.Contracts;
using CrmSuite.Contracts.Sales;
using CrmSuite.Sales.FieldTables;
using CrmSuite.Sales.Opportunities;
using CrmSuite.Sales.Orders;
using CrmSuite.Sales.ReasonLists;
using CrmSuite.Testing;
using static CrmSuite.Sales.Tests.Opportunities.Deals;

namespace CrmSuite.Sales.Tests.Opportunities;

public sealed class OpportunityFieldsTests : DeciderTests
{
    static readonly Guid Customer = Shop.CustomerId;
    static readonly OpportunityLine[] Lines = [new("tea", 12_000, Dollar(4_50)), new("pot", 1_500, Dollar(20_01))];
    static readonly OpportunityLinesSet LinesSet = new(Id, Customer, Lines);
    static readonly OpportunityFieldsSet Seats = new(Id, Customer, [new("seats", "12")]);
    static readonly OpportunityContactAdded Decider = new(Id, Customer, Id, ContactRole.Decider);

    static readonly Grounds Asked = Usual with
    {
        Fields = FieldTable.Evolve(FieldTable.Initial, new FieldsPublished(FieldTable.IdOf("opportunity"), "opportunity", 1,
            [new("seats", FieldType.Number, "Seats", "propose"), new("model", FieldType.Code, "Model")])),
    };

    [Fact]
    public void The_amount_follows_the_lines_each_rounded_for_itself() =>
        Given<Opportunity>(Opened).When(o => o.SetLines(new(Lines), Usual, Now))
            .Then(LinesSet, new OpportunityAmountChanged(Id, Customer, Dollar(1_000_00), Dollar(84_02), "lines", RateId));

    [Fact]
    public void Lines_that_make_up_the_amount_change_nothing_else_and_no_lines_leave_it()
    {
        OpportunityLine[] thousand = [new("tea", 1_000, Dollar(1_000_00))];
        Given<Opportunity>(Opened).When(o => o.SetLines(new(thousand), Usual, Now)).Then(LinesSet with { Lines = thousand });
        Given<Opportunity>(Opened, LinesSet).When(o => o.SetLines(new([]), Usual, Now)).Then(LinesSet with { Lines = [] });
        Given<Opportunity>(Opened, LinesSet).When(o => o.SetLines(new(Lines), Usual, Now)).ThenNothing();
        Given<Opportunity>(Opened).When(o => o.SetLines(new([new("tea", 1_000, new(1, "EUR"))]), Usual, Now)).ThenRefused("opportunity.other-currency");
    }

    [Fact]
    public void What_the_lines_name_may_be_sold_and_the_list_says_so()
    {
        Assert.Equal(["tea", "pot"], Given<Opportunity>(Opened, LinesSet).State.Products);
        var row = Entries.Fold<Opportunity, OpportunityHistory.Row, OpportunityHistory>(Id, (Now, Opened), (Now, LinesSet), (Now, Seats))!;
        Assert.Equal(["tea", "pot"], row.Products);
        Assert.Equal(Lines, row.Lines);
        Assert.Equal([new("seats", "12")], row.Fields);
    }

    [Fact]
    public void Extra_fields_are_filled_and_emptied_as_the_business_has_published_them()
    {
        Given<Opportunity>(Opened).When(o => o.SetFields(new([new("seats", "12")]), Asked)).Then(Seats);
        Given<Opportunity>(Opened, Seats).When(o => o.SetFields(new([new("seats", "12"), new("model", "rent")]),
            Asked)).Then(Seats with { Fields = [new("model", "rent")] });
        Given<Opportunity>(Opened, Seats).When(o => o.SetFields(new([new("seats")]), Asked)).Then(Seats with { Fields = [new("seats")] });
        Given<Opportunity>(Opened).When(o => o.SetFields(new([new("seats", "many")]), Asked)).ThenRefused("opportunity.field-form");
        Given<Opportunity>(Opened).When(o => o.SetFields(new([new("budget", "1")]), Asked)).ThenRefused("opportunity.no-such-field");
        Given<Opportunity>(Opened).When(o => o.SetFields(new([new("seats", "12")]), Asked with { Seller = Bob })).ThenRefused("opportunity.other-owner");
    }

    [Fact]
    public void A_field_that_is_required_from_a_stage_is_filled_before_the_deal_comes_there()
    {
        Given<Opportunity>(Opened, Decider).When(o => o.Move(new("propose"), Asked, Now)).ThenRefused("opportunity.field-missing");
        Given<Opportunity>(Opened, Decider, Seats).When(o => o.Move(new("propose"), Asked, Now))
            .Then(Moved("qualify", "propose", 5_000, ForecastCategory.Best, "decider-known", "worth-it"));
        Given<Opportunity>(Opened, Decider).When(o => o.Move(new("discover"), Asked, Now))
            .Then(Moved("qualify", "discover", 2_500, ForecastCategory.Pipeline, "decider-known", "worth-it"));
    }

    [Fact]
    public void A_field_may_be_filled_as_the_deal_is_opened_and_a_criterion_may_ask_for_it()
    {
        Given<Opportunity>().When(o => o.Open(Command with { Fields = [new("seats", "12")] }, Id, Shop, Asked, Now)).Then(Opened, Seats);
        Given<Opportunity>().When(o => o.Open(Command with { Fields = [new("seats", "many")] }, Id, Shop, Asked, Now)).ThenRefused("opportunity.field-form");
        var asks = Usual with
        {
            Stages = Stages with
            {
                Stages = [new("qualify", 1_000, Exit: [new("sized", CriterionKind.Field, "seats")]), new("close",
            9_000)]
            }
        };
        Given<Opportunity>(Opened).When(o => o.Move(new("close"), asks, Now)).ThenRefused("opportunity.criterion-missing");
        Given<Opportunity>(Opened, Seats).When(o => o.Move(new("close"), asks, Now)).Then(Moved("qualify", "close", 9_000, ForecastCategory.Pipeline, "sized"));
    }

    [Fact]
    public void Whoever_opens_a_deal_fills_what_is_asked_for_though_it_was_a_lead_and_what_comes_from_elsewhere_is_taken_without()
    {
        var (lead, seats) = (Command with { LeadId = Customer }, Usual with
        {
            Fields = FieldTable.Evolve(FieldTable.Initial, new FieldsPublished(FieldTable.IdOf("opportunity"), "opportunity", 1,
                [new("seats", FieldType.Number, "Seats", "qualify")])),
        });
        Given<Opportunity>().When(o => o.Open(lead, Id, Shop, seats, Now)).ThenRefused("opportunity.field-missing");
        Given<Opportunity>().When(o => o.Open(lead, Id, Shop, seats, Now, isImported: true)).Then(Opened with { LeadId = Customer });
    }

    [Fact]
    public void A_deal_is_lost_for_a_reason_of_the_list_once_there_is_one()
    {
        var reasons = ReasonList.Evolve(ReasonList.Initial, new ReasonsPublished(ReasonList.IdOf("lost"), "lost", 1, ["price"]));
        Given<Opportunity>(Opened).When(o => o.Lose(new("weather"), Ann, reasons)).ThenRefused("opportunity.no-such-reason");
        Given<Opportunity>(Opened).When(o => o.Lose(new("price"), Ann, reasons)).Then(new OpportunityLost(Id, Customer, "price"));
        Given<Opportunity>(Opened).When(o => o.Lose(new("weather"), Ann, ReasonList.Initial)).Then(new OpportunityLost(Id, Customer, "weather"));
    }

    [Fact]
    public void A_command_with_a_bad_value_says_which()
    {
        Assert.Null(new SetLines(Lines).Invalid());
        Assert.Equal("opportunity.line", new SetLines([new("tea", 0, Dollar(1))]).Invalid()?.Code);
        Assert.Equal("opportunity.line", new SetLines([new("tea", Amounts.Max, Dollar(Amounts.Max))]).Invalid()?.Code);
        Assert.Equal("opportunity.line", new SetLines([new("", 1, Dollar(1))]).Invalid()?.Code);
        Assert.Equal("opportunity.lines-too-many", new SetLines([.. Enumerable.Repeat(Lines[0], 101)]).Invalid()?.Code);
        Assert.Equal("opportunity.fields", new SetFields([]).Invalid()?.Code);
        Assert.Equal("opportunity.fields", new SetFields([new("seats", "1"), new("seats", "2")]).Invalid()?.Code);
        Assert.Equal("opportunity.fields", (Command with { Fields = [new("In seats")] }).Invalid()?.Code);
    }
}
