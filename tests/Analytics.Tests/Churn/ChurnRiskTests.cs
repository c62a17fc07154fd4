using CrmSuite.Analytics.Churn;
using CrmSuite.Contracts.Analytics;
using CrmSuite.Testing;

namespace CrmSuite.Analytics.Tests.Churn;

public sealed class ChurnRiskTests : DeciderTests
{
    static readonly ChurnRiskRaised Raised = new(Guid.NewGuid(), 0.83m, 0.8m, "MBG/NBD", 3, 90, new(2026, 1, 9));

    static readonly ChurnRiskRaised Next = Raised with { LastPurchaseOn = new(2026, 4, 1) };

    [Fact]
    public void Who_is_found_at_risk_is_told() => Given<ChurnRisk>().When(risk => risk.Raise(Raised)).Then(Raised);

    [Fact]
    public void One_silence_is_told_once_whatever_the_model() =>
        Given<ChurnRisk>(Raised).When(risk => risk.Raise(Raised with { Probability = 0.9m, Version = 4 })).ThenNothing();

    [Fact]
    public void The_next_silence_is_told_again() =>
        Given<ChurnRisk>(Raised).When(risk => risk.Raise(Next)).Then(Next);
}
