namespace CrmSuite.Contracts;

/// <summary>A fact about one customer. Every event names whom it concerns (rulings.md 1), so that a listener never has to ask.</summary>
public interface ICustomerFact
{
    /// <summary>The registry customer that it concerns; empty where a task concerns none.</summary>
    Guid CustomerId { get; }
}
