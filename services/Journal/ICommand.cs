using CrmSuite.Contracts;
using CrmSuite.ServiceDefaults;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace CrmSuite.Journal;

/// <summary>A request body that can say whether its values have the right form, before any state is looked at. An import asks each row the same.</summary>
public interface ICommand
{
    /// <summary>What is wrong with the values; null when nothing is. The door answers 400 with its code.</summary>
    Refusal? Invalid();
}

/// <summary>The check of bodies at the door.</summary>
public static class Commands
{
    /// <summary>Answers 400 for a body whose values have not the right form.</summary>
    public static RouteGroupBuilder CheckCommands(this RouteGroupBuilder group)
    {
        group.AddEndpointFilter(async (context, next) =>
            context.Arguments.OfType<ICommand>().Select(command => command.Invalid()).FirstOrDefault(invalid => invalid is not null) is { } invalid
                ? Problems.Result(StatusCodes.Status400BadRequest, invalid.Code, invalid.Reason)
                : await next(context));
        return group;
    }

    /// <summary>What is wrong with a legal basis that was given; null when nothing is, or none was given (the journal asks for one where it is needed).</summary>
    public static Refusal? Invalid(this Basis? basis) =>
        basis is null || (Basis.Kinds.Contains(basis.Kind) && Form.IsWord(basis.Purpose) && (basis.NoticeVersion is null || Form.IsLine(basis.NoticeVersion, Form.WordMax))
            && (basis.Evidence is null || Form.IsLine(basis.Evidence, 100)))
            ? null
            : new("basis.form", $"A basis has a kind ({string.Join(", ", Basis.Kinds.Order())}), a purpose in a lower-case word, and perhaps a notice version and evidence.");
}
