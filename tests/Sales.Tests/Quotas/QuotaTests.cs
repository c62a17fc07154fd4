using CrmSuite.Contracts;
using CrmSuite.Contracts.Sales;
using CrmSuite.Sales.Quotas;
using CrmSuite.Testing;

namespace CrmSuite.Sales.Tests.Quotas;

public sealed class QuotaTests : DeciderTests
{
    const string Quarter = "FY2026-Q3";
    static readonly Guid Id = AgreeQuota.IdOf(Quarter, "u-ann", null);
    static readonly AgreeQuota Command = new(Euro(20_000_00), "annual-plan", "u-ann");
    static readonly QuotaAgreed Agreed = new(Id, Quarter, "u-ann", "north", Euro(20_000_00), "annual-plan");

    [Fact]
    public void A_quota_is_agreed_and_agreed_anew()
    {
        Given<Quota>().When(q => q.Agree(Command, Quarter, "north", "EUR")).Then(Agreed);
        Given<Quota>(Agreed).When(q => q.Agree(Command, Quarter, "north", "EUR")).ThenNothing();
        Given<Quota>(Agreed).When(q => q.Agree(Command with { Amount = Euro(18_000_00), Reason = "long-leave" }, Quarter, "north", "EUR"))
            .Then(Agreed with { Amount = Euro(18_000_00), Reason = "long-leave" });
        Given<Quota>().When(q => q.Agree(Command with { Amount = new(1, "USD") }, Quarter, "north", "EUR")).ThenRefused("quota.other-currency");
    }

    [Fact]
    public void A_persons_and_a_teams_of_one_name_are_two() => Assert.NotEqual(AgreeQuota.IdOf(Quarter, "north", null), AgreeQuota.IdOf(Quarter, null,
        "north"));

    [Fact]
    public void A_command_with_a_bad_value_says_which()
    {
        Assert.Null(Command.Invalid());
        Assert.Equal("quota.amount", (Command with { Amount = Euro(-1) }).Invalid()?.Code);
        Assert.Equal("quota.whose", (Command with { Team = "north" }).Invalid()?.Code);
        Assert.Equal("quota.whose", (Command with { OwnerId = null }).Invalid()?.Code);
        Assert.Equal("reason.form", (Command with { Reason = "He said so" }).Invalid()?.Code);
    }

    [Fact]
    public void The_list_counts_how_often_it_was_agreed()
    {
        var row = Entries.Fold<Quota, QuotaList.Row, QuotaList>(Id, (DateTime.UnixEpoch, Agreed), (DateTime.UnixEpoch, Agreed with { Amount = Euro(1) }))!;
        Assert.Equal((1L, 2, "u-ann"), (row.AmountMinor, row.Agreements, row.OwnerId));
    }

    static Money Euro(long minor) => new(minor, "EUR");
}
