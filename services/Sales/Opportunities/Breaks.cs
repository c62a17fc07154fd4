using System.Text.Json;
using CrmSuite.Contracts.Sales;
using CrmSuite.Sales.Accounts;
using CrmSuite.Sales.FieldTables;
using CrmSuite.Sales.ReasonLists;
using CrmSuite.Sales.StageTables;

namespace CrmSuite.Sales.Opportunities;

/// <summary>One thing that a new version of a definition does to deals, accounts or quotes.</summary>
/// <param name="What">What happens to them: <c>stage-lost</c>, <c>stage-replaced</c>, <c>criterion-unmet</c>, <c>field-hidden</c>, <c>field-form</c>,
/// <c>field-missing</c>, <c>criterion-without-field</c>, <c>evidence-dropped</c> or <c>reason-unlisted</c>; of quotes see <see cref="Quotes.QuoteBreaks"/>.</param>
/// <param name="Name">The stage, field, criterion, reason, product or tax code.</param>
/// <param name="Count">How many.</param>
/// <param name="Examples">Some of them.</param>
sealed record Break(string What, string Name, int Count, IReadOnlyList<Guid> Examples)
{
    const int ExamplesMax = 20;

    /// <summary>All that happens, each with what it happens to.</summary>
    public static IReadOnlyList<Break> Of(IEnumerable<(string What, string Name, Guid Id)> hits) =>
    [
        .. hits.Distinct().GroupBy(hit => (hit.What, hit.Name)).OrderBy(group => group.Key.What, StringComparer.Ordinal)
            .ThenBy(group => group.Key.Name, StringComparer.Ordinal)
            .Select(group => new Break(group.Key.What, group.Key.Name, group.Count(), [.. group.Take(ExamplesMax).Select(hit => hit.Id)])),
    ];
}

/// <summary>What a new version of a definition would break, were it published now (rulings.md 23): told before, because nothing is undone after.</summary>
static class Breaks
{
    /// <summary>A stage table: deals whose stage is gone, and deals that could not leave their stage for a criterion that it did not have before. What other
    /// streams prove is not looked at. Then criteria that ask for a field that there is not, and evidence that wins no deal any longer.</summary>
    public static IReadOnlyList<Break> OfStages(
        StageTable now, PublishStages command, IReadOnlyList<OpportunityHistory.Row> deals, IReadOnlyCollection<string> fields, DateOnly today)
    {
        bool IsKnown(ExitCriterion criterion) =>
            criterion.Kind != CriterionKind.Field || Criteria.Fields.Contains(criterion.What) || fields.Contains(criterion.What);

        var next = StageTable.Evolve(now, new StagesPublished(now.StagesId, now.Name, now.Version + 1, command.Stages, command.Needed(),
            command.Replaced ?? new Dictionary<string, string>()));
        var ofDeals = Break.Of(deals.SelectMany(deal => next.Find(deal.Stage) switch
        {
            null => [("stage-lost", deal.Stage, deal.OpportunityId)],
            var stage when stage.Name != deal.Stage => [("stage-replaced", $"{deal.Stage} by {stage.Name}", deal.OpportunityId)],
            var stage => (stage.Exit ?? [])
                .Where(criterion => IsOfTheDeal(criterion.Kind) && IsKnown(criterion) && now.Find(deal.Stage)?.Exit?.Contains(criterion) is not true
                    && !Criteria.IsMet(criterion, deal.Ready(), Proofs.None, today))
                .Select(criterion => ("criterion-unmet", $"{criterion.Name} of {stage.Name}", deal.OpportunityId)),
        }));
        var without = command.Stages.SelectMany(stage => (stage.Exit ?? []).Where(criterion => !IsKnown(criterion))
            .Select(criterion => new Break("criterion-without-field", $"{criterion.Name} of {stage.Name}", 0, [])));
        var unproven = Break.Of(now.Evidence.Except(command.Needed())
            .SelectMany(kind => deals.Select(deal => ("evidence-dropped", JsonNamingPolicy.KebabCaseLower.ConvertName($"{kind}"), deal.OpportunityId))));
        return [.. ofDeals, .. without, .. unproven];
    }

    /// <summary>Extra fields: values that nobody sees any longer or that the field no longer takes, deals beyond the stage from which a field is asked for
    /// without it, and criteria that would ask for a field that is gone.</summary>
    public static IReadOnlyList<Break> OfFields(
        FieldTable now, PublishFields command, IEnumerable<OpportunityHistory.Row> deals, IEnumerable<StageTable> tables)
    {
        var next = FieldTable.Evolve(now, new FieldsPublished(now.FieldsId, now.Noun, now.Version + 1, command.Fields));
        var known = tables.ToDictionary(table => table.StagesId);
        var ofDeals = Break.Of(deals.SelectMany(deal =>
        {
            var filled = deal.Fields.Select(field => field.Key).ToHashSet();
            var values = Values(next, deal.Fields, deal.OpportunityId);
            var stages = known.GetValueOrDefault(deal.StagesId, StageTable.Initial);
            var missing = stages.Find(deal.Stage) is { } stage
                ? next.Required(stages, stage).Where(field => !filled.Contains(field.Key) && !now.Required(stages, stage).Any(old => old.Key == field.Key))
                : [];
            return values.Concat(missing.Select(field => ("field-missing", field.Key, deal.OpportunityId)));
        }));
        var without = known.Values.SelectMany(table => table.Stages).SelectMany(stage => (stage.Exit ?? [])
            .Where(criterion => criterion.Kind == CriterionKind.Field && !Criteria.Fields.Contains(criterion.What)
                && !next.Fields.Exists(field => field.Key == criterion.What))
            .Select(criterion => new Break("criterion-without-field", $"{criterion.Name} of {stage.Name}", 0, [])));
        return [.. ofDeals, .. without];
    }

    /// <summary>Extra fields of accounts: values that nobody sees any longer or that the field no longer takes.</summary>
    public static IReadOnlyList<Break> OfFields(FieldTable now, PublishFields command, IEnumerable<AccountList.Row> accounts)
    {
        var next = FieldTable.Evolve(now, new FieldsPublished(now.FieldsId, now.Noun, now.Version + 1, command.Fields));
        return Break.Of(accounts.SelectMany(account => Values(next, account.Fields, account.AccountId)));
    }

    /// <summary>Reasons that were given and could not be given any longer.</summary>
    public static IReadOnlyList<Break> OfReasons(PublishReasons command, IEnumerable<OpportunityHistory.Row> lost) => Break.Of(lost
        .Where(deal => deal.Reason is { } reason && !command.Reasons.Contains(reason)).Select(deal => ("reason-unlisted", deal.Reason!, deal.OpportunityId)));

    static IEnumerable<(string What, string Name, Guid Id)> Values(FieldTable next, IEnumerable<FieldValue> fields, Guid id) => fields
        .Where(field => next.Wrong(next.Noun, field) is not null)
        .Select(field => (next.Fields.Exists(kept => kept.Key == field.Key) ? "field-form" : "field-hidden", field.Key, id));

    static bool IsOfTheDeal(CriterionKind kind) => kind is not (CriterionKind.Task or CriterionKind.QuoteSent or CriterionKind.QuoteAccepted);
}
