using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.Json;
using CrmSuite.Contracts;
using CrmSuite.ServiceDefaults;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.AspNetCore.Routing;
using Microsoft.OpenApi;

namespace CrmSuite.Journal;

/// <summary>A type that reads parameters of the query itself, wherever an endpoint asks for it.</summary>
/// <param name="names">Their names.</param>
[AttributeUsage(AttributeTargets.Class)]
public sealed class ReadsQueryAttribute(params string[] names) : Attribute
{
    /// <summary>Their names.</summary>
    public IReadOnlyList<string> Names => names;
}

/// <summary>A parameter of the query that is one of the words of an enum, as they are stored.</summary>
/// <param name="words">The enum; its None is no word.</param>
[AttributeUsage(AttributeTargets.Parameter | AttributeTargets.Property)]
public sealed class WordOfAttribute(Type words) : Attribute
{
    /// <summary>The words.</summary>
    public IReadOnlyList<string> Words { get; } = [.. Enum.GetNames(words).Where(name => name != "None").Select(JsonNamingPolicy.KebabCaseLower.ConvertName)];
}

/// <summary>
/// The check of queries at the door. A parameter that the endpoint does not have, or a word that is none of its words, would be passed over: the answer
/// would be right for another question than the one that was asked.
/// </summary>
public static class QueryCheck
{
    static readonly ConditionalWeakTable<Endpoint, Dictionary<string, ParameterInfo?>> Known = [];

    /// <summary>Answers 400 for a query that the endpoint cannot understand.</summary>
    public static IApplicationBuilder CheckQueries(this IApplicationBuilder app) => app.Use((context, next) =>
        context.Request.Query.Count > 0 && context.GetEndpoint() is RouteEndpoint endpoint && endpoint.Metadata.GetMetadata<MethodInfo>() is not null
            && Wrong(Known.GetValue(endpoint, _ => Parameters(endpoint)), context.Request.Query) is { } sentence
            ? Problems.Write(context, StatusCodes.Status400BadRequest, Problems.CodeOf(StatusCodes.Status400BadRequest), sentence)
            : next(context));

    /// <summary>Documents the parameters as they are told: those of a record in lower case as well, and those that types read themselves.</summary>
    public static void Describe(OpenApiOptions options) => options.AddOperationTransformer((operation, context, _) =>
    {
        foreach (var parameter in (operation.Parameters ?? []).OfType<OpenApiParameter>().Where(parameter => parameter is { In: ParameterLocation.Query, Name: not null }))
        {
            parameter.Name = JsonNamingPolicy.CamelCase.ConvertName(parameter.Name!);
        }

        foreach (var name in context.Description.ActionDescriptor.EndpointMetadata.OfType<IParameterBindingMetadata>().SelectMany(ReadBy).Distinct())
        {
            (operation.Parameters ??= []).Add(new OpenApiParameter { Name = name, In = ParameterLocation.Query, Schema = new OpenApiSchema { Type = JsonSchemaType.String } });
        }

        return Task.CompletedTask;
    });

    static string? Wrong(Dictionary<string, ParameterInfo?> known, IQueryCollection query) => query.Select(asked =>
        !known.TryGetValue(asked.Key, out var parameter)
            ? $"There is no parameter {(Form.IsLine(asked.Key, Form.WordMax) ? $"'{asked.Key}'" : "of that name")} here. "
                + (known.Count == 0 ? "There are none." : $"The parameters are: {string.Join(", ", known.Keys)}.")
        : parameter is not null && asked.Value.Select(value => Wrong(parameter, value ?? "")).FirstOrDefault(wrong => wrong is not null) is { } wrong
            ? $"'{asked.Key}' {wrong}"
            : null).FirstOrDefault(sentence => sentence is not null);

    static string? Wrong(ParameterInfo parameter, string value)
    {
        var type = parameter.ParameterType.GetElementType() ?? parameter.ParameterType;
        return (Nullable.GetUnderlyingType(type) ?? type) switch
        {
            _ when parameter.GetCustomAttribute<WordOfAttribute>() is { } of => of.Words.Contains(value) ? null : $"is one of {string.Join(", ", of.Words)}.",
            var asked when asked == typeof(DateOnly) => !DateOnly.TryParse(value, CultureInfo.InvariantCulture, out var day) ? $"is {Era.Day}."
                : Era.Has(day) ? null : Era.Beyond,
            var asked when asked == typeof(DateTime) => !DateTime.TryParse(value, CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal, out var at)
                ? $"is {Era.Instant}." : Era.Has(at) ? null : Era.Beyond,
            var asked when asked == typeof(DateTimeOffset) => !DateTimeOffset.TryParse(value, CultureInfo.InvariantCulture, out var at)
                ? $"is {Era.Instant}." : Era.Has(at.UtcDateTime) ? null : Era.Beyond,
            var asked when asked == typeof(Guid) => Guid.TryParse(value, out _) ? null : "is an id: a UUID with hyphens.",
            var asked when asked == typeof(int) => int.TryParse(value, CultureInfo.InvariantCulture, out _) ? null : "is a whole number.",
            var asked when asked == typeof(bool) => bool.TryParse(value, out _) ? null : "is true or false.",
            _ => null,
        };
    }

    static Dictionary<string, ParameterInfo?> Parameters(RouteEndpoint endpoint)
    {
        var known = new Dictionary<string, ParameterInfo?>(StringComparer.OrdinalIgnoreCase);
        foreach (var bound in endpoint.Metadata.GetOrderedMetadata<IParameterBindingMetadata>())
        {
            var named = bound.ParameterInfo.GetCustomAttributes(inherit: true).OfType<IFromQueryMetadata>().FirstOrDefault();
            if ((bound.HasTryParse || named is not null) && endpoint.RoutePattern.GetParameter(bound.Name) is null)
            {
                known[named?.Name ?? JsonNamingPolicy.CamelCase.ConvertName(bound.Name)] = bound.ParameterInfo;
            }

            foreach (var name in ReadBy(bound))
            {
                known[name] = null;
            }
        }

        return known;
    }

    static IReadOnlyList<string> ReadBy(IParameterBindingMetadata bound) => bound.ParameterInfo.ParameterType.GetCustomAttribute<ReadsQueryAttribute>()?.Names ?? [];
}
