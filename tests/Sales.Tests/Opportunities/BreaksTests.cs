using CrmSuite.Contracts;
using CrmSuite.Contracts.Sales;
using CrmSuite.Sales.Accounts;
using CrmSuite.Sales.FieldTables;
using CrmSuite.Sales.Opportunities;
using CrmSuite.Sales.StageTables;
using CrmSuite.Testing;
using static CrmSuite.Sales.Tests.Opportunities.Deals;

namespace CrmSuite.Sales.Tests.Opportunities;

public sealed class BreaksTests
{
    static readonly Guid Customer = Shop.CustomerId;
    static readonly DateOnly Today = new(2026, 3, 2);
    static readonly FieldTable Fields = FieldTable.Evolve(FieldTable.Initial, new FieldsPublished(FieldTable.IdOf("opportunity"), "opportunity", 1,
        [new("seats", FieldType.Number, "Seats"), new("model", FieldType.Code, "Model")]));

    [Fact]
    public void A_stage_that_goes_leaves_its_deals_without_one_or_moves_them()
    {
        SalesStage[] kept = [.. Stages.Stages.Skip(1)];
        Assert.Equal(["stage-lost qualify 1"], Told(Breaks.OfStages(Stages, new(kept, Stages.Evidence), [Row(Opened)], [], Today)));
        var replaced = new Dictionary<string, string> { ["qualify"] = "discover" };
        Assert.Equal(["stage-replaced qualify by discover 1"], Told(Breaks.OfStages(Stages, new(kept, Stages.Evidence, replaced), [Row(Opened)], [], Today)));
    }

    [Fact]
    public void A_criterion_that_is_new_holds_the_deals_that_do_not_meet_it()
    {
        var stages = Stages.Stages.SetItem(0, Stages.Stages[0] with
        {
            Exit = [.. Stages.Stages[0].Exit!, new("rival-known", CriterionKind.Field, "rival"), new("user-known", CriterionKind.Contact, "user"),
                new("called", CriterionKind.Task, "call")],
        });
        OpportunityHistory.Row[] rows =
        [
            Row(Opened), Row(Opened, new OpportunityCompetitorNamed(Id, Customer, "acme"), new OpportunityContactAdded(Id, Customer, Id, ContactRole.User)),
        ];
        Assert.Equal(["criterion-unmet rival-known of qualify 1", "criterion-unmet user-known of qualify 1"], Told(Breaks.OfStages(Stages,
            new([.. stages], Stages.Evidence), rows, [], Today)));
        Assert.Empty(Breaks.OfStages(Stages, new([.. Stages.Stages], Stages.Evidence), rows, [], Today));
    }

    [Fact]
    public void A_criterion_that_asks_for_no_field_of_deals_is_named_and_so_is_evidence_that_wins_no_deal_any_longer()
    {
        var stages = Stages.Stages.SetItem(0, Stages.Stages[0] with { Exit = [new("sized", CriterionKind.Field, "seats")] });
        Assert.Equal(["criterion-without-field sized of qualify 0", "evidence-dropped customer-order 1"],
            Told(Breaks.OfStages(Stages, new(stages, [EvidenceKind.Contract]), [Row(Opened)], [], Today)));
        Assert.Equal(["criterion-unmet sized of qualify 1"], Told(Breaks.OfStages(Stages, new(stages, Stages.Evidence), [Row(Opened)], ["seats"], Today)));
    }

    [Fact]
    public void A_field_that_goes_hides_what_it_holds_and_one_that_is_asked_for_is_missed_beyond_its_stage()
    {
        var filled = Row(Opened, new OpportunityFieldsSet(Id, Customer, [new("seats", "12"), new("model", "rent")]));
        var proposed = Row(Opened, Moved("qualify", "propose", 5_000, ForecastCategory.Best));
        PublishFields command = new([new("model", FieldType.Number, "Model"), new("region", FieldType.Code, "Region", "propose")]);
        var asking = Stages with { Stages = [.. Stages.Stages.Take(2), Stages.Stages[2] with { Exit = [new("seats-known", CriterionKind.Field, "seats")] }] };
        Assert.Equal(["field-form model 1", "field-hidden seats 1", "field-missing region 1", "criterion-without-field seats-known of propose 0"],
            Told(Breaks.OfFields(Fields, command, [filled, proposed], [asking])));
    }

    [Fact]
    public void A_field_of_accounts_that_goes_or_changes_its_form_tells_what_they_hold()
    {
        var account = Entries.Fold<Account, AccountList.Row, AccountList>(Shop.AccountId,
            (Now, new AccountOpened(Shop.AccountId, Customer, AccountKind.Organisation, "u-ann")),
            (Now, new AccountFieldsSet(Shop.AccountId, Customer, Fields: [new("seats", "12"), new("model", "rent")])))!;
        Assert.Equal(["field-form model 1", "field-hidden seats 1"], Told(Breaks.OfFields(Fields, new([new("model", FieldType.Number, "Model")]), [account])));
        Assert.Empty(Breaks.OfFields(Fields, new(Fields.Fields), [account]));
    }

    [Fact]
    public void A_reason_that_was_given_is_missed()
    {
        var lost = Row(Opened, new OpportunityLost(Id, Customer, "price"));
        Assert.Equal(["reason-unlisted price 1"], Told(Breaks.OfReasons(new(["timing"]), [lost])));
        Assert.Empty(Breaks.OfReasons(new(["price"]), [lost]));
    }

    static IEnumerable<string> Told(IEnumerable<Break> breaks) => breaks.Select(found => $"{found.What} {found.Name} {found.Count}");

    static OpportunityHistory.Row Row(params Event[] facts) =>
        Entries.Fold<Opportunity, OpportunityHistory.Row, OpportunityHistory>(Id, [.. facts.Select((fact, hour) => (Now.AddHours(hour), fact))])!;
}
