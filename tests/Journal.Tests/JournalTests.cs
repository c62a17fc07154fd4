using CrmSuite.Contracts;
using CrmSuite.Testing;
using Npgsql;

namespace CrmSuite.Journal.Tests;

public sealed class JournalTests : IAsyncLifetime
{
    readonly Guid tab = Guid.CreateVersion7();
    JournalDatabase journal = null!;

    public async ValueTask InitializeAsync() => journal = await JournalDatabase.Create("sales");

    public async ValueTask DisposeAsync() => await journal.DisposeAsync();

    [Fact]
    public async Task A_decision_is_appended_at_the_next_version_and_read_back()
    {
        var first = await Pay(Guid.CreateVersion7());
        var second = await Pay(Guid.CreateVersion7());
        Assert.Equal((0, 1), (Accepted(first).Version, Accepted(second).Version));
        var (state, version) = await journal.Journal.Load<Tab>(tab, default);
        Assert.Equal((2L, 1), (state.Sum, version));
    }

    [Fact]
    public async Task The_same_command_again_answers_the_first_outcome_and_adds_nothing()
    {
        var cause = Tab.Cause("once");
        var first = Accepted(await journal.Journal.Decide<Tab>(tab, cause, state => state.Pay(tab, Guid.CreateVersion7()), default));
        var again = Accepted(await journal.Journal.Decide<Tab>(tab, cause, state => state.Pay(tab, Guid.CreateVersion7()), default));
        Assert.Equal((first.Version, 1, true), (again.Version, again.Added, again.Repeated));
        Assert.Single(await journal.Journal.Read<Tab>(tab, default));
    }

    [Fact]
    public async Task The_same_command_sent_many_times_at_once_adds_its_event_once()
    {
        var cause = Tab.Cause("at once");
        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => journal.Journal.Decide<Tab>(tab, cause, state => state.Pay(tab, Guid.CreateVersion7()), default)));
        Assert.Single(await journal.Journal.Read<Tab>(tab, default));
    }

    [Fact]
    public async Task A_command_that_begins_a_stream_comes_to_the_same_where_something_is_there_already()
    {
        await journal.Journal.Load<Tab>(Guid.CreateVersion7(), default);
        var (first, seen) = (Tab.Cause("first") with { Begins = true, Fingerprint = [1] }, new List<long>());
        Task<Outcome> Begin(Cause cause) => journal.Journal.Decide<Tab>(tab, cause, state =>
        {
            seen.Add(state.Sum);
            return state.Sum == 2 ? Decision.Refuse("tab.closed", "Two are enough.") : state.Pay(tab, Guid.CreateVersion7());
        }, default);

        Assert.Equal((0, false), (Accepted(await Begin(first)).Version, seen.Count > 1));
        Assert.True(Accepted(await Begin(first)).Repeated);
        Assert.IsType<Outcome.Reused>(await Begin(first with { Fingerprint = [2] }));
        Assert.Equal(1, Accepted(await Begin(Tab.Cause() with { Begins = true })).Version);
        Assert.Equal("tab.closed", Assert.IsType<Outcome.Refused>(await Begin(Tab.Cause() with { Begins = true })).Refusal.Code);
        Assert.Equal([0, 0, 0, 0, 1, 0, 2], seen);
        Assert.Equal(2, (await journal.Journal.Read<Tab>(tab, default)).Count);

        // What is refused on nothing may be allowed on what is there.
        var full = await journal.Journal.Decide<Tab>(tab, Tab.Cause() with { Begins = true },
            state => state.Sum == 0 ? Decision.Refuse("tab.unknown", "Nothing is there.") : state.Pay(tab, tab), default);
        Assert.Equal(2, Accepted(full).Version);

        var (other, twice) = (Guid.CreateVersion7(), Tab.Cause("at once") with { Begins = true });
        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => journal.Journal.Decide<Tab>(other, twice, state => state.Pay(other, Guid.CreateVersion7()), default)));
        Assert.Single(await journal.Journal.Read<Tab>(other, default));
    }

    [Fact]
    public async Task The_same_key_with_another_body_is_told_so()
    {
        var cause = Tab.Cause("body") with { Fingerprint = [1] };
        await journal.Journal.Decide<Tab>(tab, cause, state => state.Pay(tab, tab), default);
        Assert.IsType<Outcome.Reused>(await journal.Journal.Decide<Tab>(tab, cause with { Fingerprint = [2] }, state => state.Pay(tab, tab), default));
    }

    [Fact]
    public async Task A_refused_reaction_is_claimed_with_its_code_and_not_decided_again()
    {
        var cause = Cause.Rule("WhenTested", Guid.CreateVersion7(), new DateTime(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        Assert.IsType<Outcome.Refused>(await journal.Journal.Decide<Tab>(tab, cause, state => state.Pay(tab, tab, Tab.Limit + 1), default));
        var again = Assert.IsType<Outcome.Refused>(await journal.Journal.Decide<Tab>(tab, cause, state => state.Pay(tab, tab), default));
        Assert.Equal("tab.full", again.Refusal.Code);
    }

    [Fact]
    public async Task An_outdated_version_is_not_decided_on()
    {
        await Pay(Guid.CreateVersion7());
        var stale = await journal.Journal.Decide<Tab>(tab, Tab.Cause() with { Expected = -1 }, state => state.Pay(tab, tab), default);
        Assert.Equal(0, Assert.IsType<Outcome.Stale>(stale).Version);
    }

    [Fact]
    public async Task Many_callers_on_one_noun_leave_versions_without_gaps_and_every_accepted_command_once()
    {
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => Pay(Guid.CreateVersion7())));
        var events = await journal.Journal.Read<Tab>(tab, default);
        Assert.Equal(Enumerable.Range(0, events.Count), events.Select(entry => entry.Version));
        Assert.Equal(events.Count, outcomes.OfType<Outcome.Accepted>().Count());
        Assert.All(outcomes, outcome => Assert.True(outcome is Outcome.Accepted or Outcome.Conflict));
    }

    [Fact]
    public async Task A_command_that_breaks_a_shared_commit_costs_the_others_nothing()
    {
        var causes = Enumerable.Range(0, 50).Select(_ => Tab.Cause()).Concat(Enumerable.Range(0, 10).Select(twin => Tab.Cause($"twin {twin / 2}"))).ToList();
        var outcomes = await Task.WhenAll(causes.Select(cause => (cause, id: Guid.CreateVersion7())).Select(pair =>
            journal.Journal.Decide<Tab>(pair.id, pair.cause, state => state.Pay(pair.id, pair.id), default)));
        Assert.All(outcomes, outcome => Accepted(outcome));
        Assert.Equal(5, outcomes.OfType<Outcome.Accepted>().Count(outcome => outcome.Repeated));
        await using var command = journal.Database.CreateCommand("select count(*) from journal.events");
        Assert.Equal(55L, await command.ExecuteScalarAsync());
    }

    [Fact]
    public async Task Business_time_never_falls_within_a_stream()
    {
        var day = new DateTime(2020, 5, 1, 0, 0, 0, DateTimeKind.Utc);
        Accepted(await journal.Journal.Decide<Tab>(tab, Tab.Cause() with { At = day }, state => state.Pay(tab, Guid.CreateVersion7()), default));
        var earlier = await journal.Journal.Decide<Tab>(tab, Tab.Cause() with { At = day.AddDays(-1) }, state => state.Pay(tab, Guid.CreateVersion7()), default);
        Assert.Equal("time.earlier", Assert.IsType<Outcome.Refused>(earlier).Refusal.Code);
        Accepted(await journal.Journal.Decide<Tab>(tab, Tab.Cause() with { At = day.AddDays(-1), AtLeastLast = true }, state => state.Pay(tab, Guid.CreateVersion7()), default));
        Assert.Equal([day, day], (await journal.Journal.Read<Tab>(tab, default)).Select(entry => entry.OccurredAt));
        var ahead = await journal.Journal.Decide<Tab>(tab, Tab.Cause() with { At = DateTime.UtcNow.AddHours(1) }, state => state.Pay(tab, Guid.CreateVersion7()), default);
        Assert.Equal("time.ahead", Assert.IsType<Outcome.Refused>(ahead).Refusal.Code);
    }

    [Fact]
    public async Task The_noun_as_of_an_instant_is_the_fold_of_what_had_occurred()
    {
        var day = new DateTime(2020, 5, 1, 0, 0, 0, DateTimeKind.Utc);
        for (var days = 0; days < 3; days++)
        {
            await journal.Journal.Decide<Tab>(tab, Tab.Cause() with { At = day.AddDays(days) }, state => state.Pay(tab, Guid.CreateVersion7()), default);
        }

        var (state, version) = await journal.Journal.Load<Tab>(tab, default, asOf: day.AddDays(1));
        Assert.Equal((2L, 1), (state.Sum, version));
    }

    [Fact]
    public async Task A_personal_field_is_sealed_in_the_journal_and_open_to_the_decider()
    {
        var cause = Tab.Cause() with { Basis = new("contract", "delivery") };
        Accepted(await journal.Journal.Decide<Tab>(tab, cause, state => state.Rename(tab, "Ilze Kalniņa"), default));
        var same = Accepted(await journal.Journal.Decide<Tab>(tab, cause with { CommandId = Guid.CreateVersion7() }, state => state.Rename(tab, "Ilze Kalniņa"), default));
        Assert.Equal(0, same.Added);
        await using var command = journal.Database.CreateCommand("select string_agg(data::text || meta::text, '') from journal.events");
        var stored = (string)(await command.ExecuteScalarAsync())!;
        Assert.DoesNotContain("Kalni", stored, StringComparison.Ordinal);
        Assert.Contains("\"basis\":{\"kind\":\"contract\"", stored, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_personal_field_without_a_legal_basis_is_refused()
    {
        var refused = await journal.Journal.Decide<Tab>(tab, Tab.Cause(), state => state.Rename(tab, "Ilze"), default);
        Assert.Equal("basis.missing", Assert.IsType<Outcome.Refused>(refused).Refusal.Code);
    }

    [Fact]
    public async Task An_erased_person_keeps_the_row_without_the_field()
    {
        var cause = Tab.Cause() with { Basis = new("contract", "delivery") };
        await journal.Journal.Decide<Tab>(tab, cause, state => state.Rename(tab, "Ilze"), default);
        await journal.Keyring.Erase(tab, default);
        Accepted(await journal.Journal.Decide<Tab>(tab, cause with { CommandId = Guid.CreateVersion7() }, state => state.Rename(tab, "Anna"), default));
        var (state, _) = await journal.Journal.Load<Tab>(tab, default);
        Assert.Equal(["(gone)", "(gone)"], state.Names);
    }

    [Fact]
    public async Task Without_the_keyring_only_commands_with_personal_fields_wait()
    {
        await using var own = await Servers.OwnPostgres();
        var keyring = await own.Database("keyring");
        await own.Stop();
        await using var broken = journal.ReplicaWithKeyring(keyring);
        Cause Personal() => Tab.Cause() with { Basis = new("contract", "delivery") };
        var renamed = await broken.Journal.Decide<Tab>(tab, Personal(), state => state.Rename(tab, "Ilze"), default);
        Assert.Equal("keyring.unavailable", Assert.IsType<Outcome.Unavailable>(renamed).Code);

        // Nor is it decided on names that nobody can read: what looks like another name may be the same.
        Accepted(await journal.Journal.Decide<Tab>(tab, Personal(), state => state.Rename(tab, "Ilze"), default));
        var again = await broken.Journal.Decide<Tab>(tab, Personal() with { ClaimsRefusals = true },
            state => state.Names.Contains("Ilze") ? [] : Decision.Refuse("tab.named", "The tab has another name."), default);
        Assert.Equal("keyring.unavailable", Assert.IsType<Outcome.Unavailable>(again).Code);
        Accepted(await broken.Journal.Decide<Tab>(tab, Tab.Cause(), state => state.Pay(tab, tab), default));
    }

    [Fact]
    public async Task A_batch_is_written_whole_with_the_callers_statement_or_not_at_all()
    {
        await using (var table = journal.Database.CreateCommand("create table cursor (at int)"))
        {
            await table.ExecuteNonQueryAsync();
        }

        var other = Guid.CreateVersion7();
        Deciding[] commands =
        [
            new Deciding<Tab>(tab, Tab.Cause("row 1"), (state, _) => state.Pay(tab, Ids.Derive("payment", "1"))),
            new Deciding<Tab>(tab, Tab.Cause("row 2"), (state, _) => state.Pay(tab, Ids.Derive("payment", "2"))),
            new Deciding<Tab>(tab, Tab.Cause("row 1"), (state, _) => state.Pay(tab, Ids.Derive("payment", "1"))),
            new Deciding<Tab>(other, Tab.Cause("row 3"), (state, _) => state.Pay(other, other, Tab.Limit + 1)),
        ];
        await Assert.ThrowsAsync<PostgresException>(() => journal.Journal.DecideAll(commands, _ => new("insert into cursor values (1 / 0)"), default));
        Assert.Empty(await journal.Journal.Read<Tab>(tab, default));
        var outcomes = await journal.Journal.DecideAll(commands, _ => new("insert into cursor values (1)"), default);
        Assert.Equal([(1, false), (1, false), (0, true)], outcomes!.OfType<Outcome.Accepted>().Select(outcome => (outcome.Added, outcome.Repeated)));
        Assert.Equal("tab.full", Assert.IsType<Outcome.Refused>(outcomes![3]).Refusal.Code);
        var again = await journal.Journal.DecideAll(commands, _ => null, default);
        Assert.All(again!.Take(3), outcome => Assert.True(Accepted(outcome).Repeated));
        Assert.Equal(2, (await journal.Journal.Read<Tab>(tab, default)).Count);
    }

    [Fact]
    public async Task A_row_of_a_batch_sees_the_personal_fields_of_the_row_before_it_and_not_those_of_the_erased()
    {
        var gone = Guid.CreateVersion7();
        await journal.Keyring.Erase(gone, default);
        Deciding Row(Guid of, string key, string name) => new Deciding<Tab>(of, Tab.Cause(key) with { Basis = new("contract", "delivery") }, (state, _) => state.Rename(of, name));
        Deciding[] rows = [Row(tab, "row 1", "Ilze"), Row(tab, "row 2", "Ilze"), Row(tab, "row 3", "Anna"), Row(tab, "row 4", "Anna"), Row(gone, "row 5", "Juris"), Row(gone, "row 6", "Juris")];
        var outcomes = await journal.Journal.DecideAll(rows, _ => null, default);
        Assert.Equal([1, 0, 1, 0, 1, 1], outcomes!.Select(outcome => Accepted(outcome).Added));
        Assert.Equal(["Ilze", "Anna"], (await journal.Journal.Load<Tab>(tab, default)).State.Names);
        Assert.Equal(["(gone)", "(gone)"], (await journal.Journal.Load<Tab>(gone, default)).State.Names);
    }

    [Fact]
    public async Task Nouns_that_must_agree_are_appended_together_or_not_at_all()
    {
        var other = Guid.CreateVersion7();
        var cause = Tab.Cause("together");
        Task<Outcome> Both(long minor) => journal.Journal.DecideTogether(_ => Task.FromResult<IReadOnlyList<Deciding>>(
        [
            new Deciding<Tab>(tab, cause, (state, _) => state.Pay(tab, tab)),
            new Deciding<Tab>(other, cause with { IsClaimed = false }, (state, _) => state.Pay(other, other, minor)),
        ]), default);

        Assert.Equal("tab.full", Assert.IsType<Outcome.Refused>(await Both(Tab.Limit + 1)).Refusal.Code);
        Assert.Empty(await journal.Journal.Read<Tab>(tab, default));
        Assert.Equal((tab, 0, false), Accepted(await Both(1)) is { } first ? (first.Id, first.Version, first.Repeated) : default);
        Assert.True(Accepted(await Both(Tab.Limit + 1)).Repeated);
        Assert.Single(await journal.Journal.Read<Tab>(other, default));
    }

    [Fact]
    public async Task What_was_read_for_a_decision_is_read_again_when_somebody_wrote_in_between()
    {
        var reads = 0;
        async Task<IReadOnlyList<Deciding>> Read(CancellationToken ct)
        {
            var version = (await journal.Journal.Load<Tab>(tab, ct)).Version;
            if (++reads == 1)
            {
                await Pay(Guid.CreateVersion7());
            }

            return [new Deciding<Tab>(tab, Tab.Cause() with { Expected = version }, (state, _) => state.Pay(tab, tab))];
        }

        Assert.Equal(1, Accepted(await journal.Journal.DecideTogether(Read, default)).Version);
        Assert.Equal(2, reads);
        var stale = await journal.Journal.DecideTogether(
            _ => Task.FromResult<IReadOnlyList<Deciding>>([new Deciding<Tab>(tab, Tab.Cause() with { Expected = 0 }, (state, _) => state.Pay(tab, tab))]), default);
        Assert.Equal(1, Assert.IsType<Outcome.Stale>(stale).Version);
    }

    [Fact]
    public async Task Many_who_want_the_same_two_nouns_leave_both_alike()
    {
        var other = Guid.CreateVersion7();
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Guid.CreateVersion7()).Select(payment => journal.Journal.DecideTogether(
            _ => Task.FromResult<IReadOnlyList<Deciding>>(
            [
                new Deciding<Tab>(tab, Tab.Cause(), (state, _) => state.Pay(tab, payment)), new Deciding<Tab>(other, Tab.Cause(), (state, _) => state.Pay(other, payment)),
            ]), default)));

        var (one, two) = ((await journal.Journal.Load<Tab>(tab, default)).State, (await journal.Journal.Load<Tab>(other, default)).State);
        Assert.Equal(one.Payments, two.Payments);
        Assert.Equal(outcomes.OfType<Outcome.Accepted>().Count(), one.Payments.Count);
        Assert.All(outcomes, outcome => Assert.True(outcome is Outcome.Accepted or Outcome.Conflict));
    }

    Task<Outcome> Pay(Guid payment) => journal.Journal.Decide<Tab>(tab, Tab.Cause(), state => state.Pay(tab, payment), default);

    static Outcome.Accepted Accepted(Outcome outcome) => Assert.IsType<Outcome.Accepted>(outcome);
}
