using CrmSuite.Contracts.Analytics;
using CrmSuite.Journal;
using CrmSuite.ServiceDefaults;

namespace CrmSuite.Analytics.Models;

static class ModelEndpoints
{
    public static void MapModels(this IEndpointRouteBuilder app)
    {
        var models = app.MapGroup("/models").CheckCommands();

        models.MapGet("/{name}", async (string name, IJournal journal, CancellationToken ct) =>
            {
                var (model, _) = await journal.Load<Model>(Model.IdOf(name), ct);
                return model.Card is { } card
                    ? Results.Ok(new Card(Churn.ChurnScore.Served(model), model.Promoted, model.Threshold?.Threshold, card))
                    : Problems.Result(404, "model.unknown", "There is no such model, or it is not trained yet.");
            })
            .RequirePermission("analytics:read");

        models.MapPost("/churn/threshold", (PublishThreshold command, Cause cause, IJournal journal, CancellationToken ct) =>
                journal.Decide<Model>(Model.IdOf(Model.Churn), cause, model => model.Publish(Model.Churn, command), ct).ToHttp())
            .RequirePermission("analytics:write");
    }

    /// <summary>A model's newest card, what serves the scores, and from which probability on a customer is at risk.</summary>
    public sealed record Card(string Served, bool Promoted, decimal? Threshold, ModelTrained Newest);
}
