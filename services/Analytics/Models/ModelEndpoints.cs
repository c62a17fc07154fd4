using CrmSuite.Analytics.Store;
using CrmSuite.Journal;
using CrmSuite.ServiceDefaults;

namespace CrmSuite.Analytics.Models;

static class ModelEndpoints
{
    public static void MapModels(this IEndpointRouteBuilder app) =>
        app.MapGet("/models/{name}", async (string name, IJournal journal, CancellationToken ct) =>
            {
                var (model, _) = await journal.Load<Model>(Model.IdOf(name), ct);
                return model.Card is { } card ? Results.Ok(new Card(Churn.ChurnScore.Served(model), model.Promoted, card)) : Answers.Unknown("model");
            })
            .RequirePermission("analytics:read");

    /// <summary>A model's newest card and what serves the scores.</summary>
    public sealed record Card(string Served, bool Promoted, Contracts.Analytics.ModelTrained Newest);
}
