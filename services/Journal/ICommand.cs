using System.Collections.Concurrent;
using System.Reflection;
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
    /// <summary>Personal fields that nothing says why to hold (rulings.md 3).</summary>
    internal static readonly Refusal NoBasis = new("basis.missing", "Personal fields need a legal basis: name its kind and purpose.");

    static readonly ConcurrentDictionary<Type, (PropertyInfo? Basis, PropertyInfo[] Personal)> Forms = new();

    /// <summary>Answers 400 for a body whose values have not the right form, and 422 for one with personal fields and no basis, before anybody is looked for by them.</summary>
    public static RouteGroupBuilder CheckCommands(this RouteGroupBuilder group)
    {
        group.AddEndpointFilter(async (context, next) =>
            context.Arguments.OfType<ICommand>().Select(command => command.Invalid()).FirstOrDefault(invalid => invalid is not null) is { } invalid
                ? Problems.Result(StatusCodes.Status400BadRequest, invalid.Code, invalid.Reason)
                : context.Arguments.OfType<ICommand>().Any(LacksBasis)
                    ? Problems.Result(StatusCodes.Status422UnprocessableEntity, NoBasis.Code, NoBasis.Reason)
                    : await next(context));
        return group;
    }

    static bool LacksBasis(ICommand command)
    {
        var (basis, personal) = Forms.GetOrAdd(command.GetType(), static type => (type.GetProperty(nameof(Basis)),
            [.. type.GetProperties().Where(field => field.PropertyType == typeof(PersonalData) || field.PropertyType == typeof(CustomerRef))]));
        return basis is not null && basis.GetValue(command) is null && personal.Any(field => field.GetValue(command) is not null);
    }

    /// <summary>What is wrong with a legal basis that was given; null when nothing is, or none was given (the journal asks for one where it is needed).</summary>
    public static Refusal? Invalid(this Basis? basis) =>
        basis is null || (Basis.Kinds.Contains(basis.Kind) && Form.IsWord(basis.Purpose) && (basis.NoticeVersion is null || Form.IsLine(basis.NoticeVersion, Form.WordMax))
            && (basis.Evidence is null || Form.IsLine(basis.Evidence, 100)))
            ? null
            : new("basis.form", $"A basis has a kind ({string.Join(", ", Basis.Kinds.Order())}), a purpose in a lower-case word, and perhaps a notice version and evidence.");
}
