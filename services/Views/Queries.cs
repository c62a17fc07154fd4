using System.Diagnostics;
using System.Text.Json;
using CrmSuite.Journal;
using CrmSuite.ServiceDefaults;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using Npgsql;

namespace CrmSuite.Views;

/// <summary>A page of a list.</summary>
/// <param name="Items">The rows.</param>
/// <param name="Next">What to give as <c>after</c> for the next page; null on the last one.</param>
public sealed record Page<TRow>(IReadOnlyList<TRow> Items, string? Next);

/// <summary>
/// Queries on views, one per request. Every query first waits until the views it names have passed the position in the request's <c>At-Least</c>, or else the
/// newest commit that this replica knows; after two seconds it answers 503 <c>view.behind</c>.
/// </summary>
/// <remarks>
/// SQL is written as an interpolated string: its holes become parameters (enums in their stored words, lists as arrays); <c>{Name:name}</c> puts an identifier, and a
/// hole that is such a string itself is a part of the SQL.
/// </remarks>
[ReadsQuery("format")]
public sealed class Queries
{
    /// <summary>The largest page.</summary>
    public const int SizeMax = 200;

    /// <summary>The page when none is asked for.</summary>
    public const int SizeDefault = 50;

    /// <summary>How often is looked for what only a question to another server tells.</summary>
    const int AgainMs = 25;

    readonly ViewRunner runner;
    readonly ILog log;
    readonly NpgsqlDataSource database;
    readonly ViewSettings settings;
    readonly IHttpContextAccessor http;

    internal Queries(ViewRunner runner, ILog log, NpgsqlDataSource database, ViewSettings settings, IHttpContextAccessor http) =>
        (this.runner, this.log, this.database, this.settings, this.http) = (runner, log, database, settings, http);

    /// <summary>What every answer from here on has seen, where it is not the request that says it: for work that asks often and has waited once.</summary>
    public Position? UpTo { get; set; }

    /// <summary>What every answer from here on has seen as well, whatever the request says: where knowledge is cut (<see cref="KnownCut"/>).</summary>
    internal Position Cut { get; set; } = Position.Start;

    /// <summary>How long a query waits for its views.</summary>
    internal TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How many rows of a CSV are read at once.</summary>
    internal int CsvSize { get; init; } = 20_000;

    /// <summary>A position on the axis of knowledge of a history view, as it stands in <c>known_from</c> and <c>known_to</c>.</summary>
    public static decimal Known(Position position) => (position.Transaction * 1_000_000_000_000_000m) + position.Number;

    /// <summary>The row of a key as it stands, or null.</summary>
    public async Task<TRow?> Find<TView, TRow>(Guid key, CancellationToken ct) where TView : IView<TRow> where TRow : class =>
        Single(await Query<TRow>(ViewTable<TRow, TView>.IsHistory
            ? $"select * from {settings.Schema:name}.{TView.Name:name} where {Rows<TRow>.Columns[0].Name:name} = {key} and valid_to is null and known_to is null"
            : (FormattableString)$"select * from {settings.Schema:name}.{TView.Name:name} where {Rows<TRow>.Columns[0].Name:name} = {key}", ct));

    /// <summary>The row of a key as it was at an instant of business time, by what was known at a position (null = by all that is known).</summary>
    public async Task<TRow?> AsOf<TView, TRow>(Guid key, DateTime at, Position? knownAt, CancellationToken ct) where TView : IHistoryView<TRow> where TRow : class
    {
        var known = Known(knownAt ?? new(ulong.MaxValue >> 24, 0));
        return Single(await Query<TRow>($"""
            select * from {settings.Schema:name}.{TView.Name:name} where {Rows<TRow>.Columns[0].Name:name} = {key}
            and valid_from <= {at} and (valid_to is null or valid_to > {at})
            and known_from <= {known} and (known_to is null or known_to > {known})
            """, ct));
    }

    static TRow? Single<TRow>(IReadOnlyList<TRow> rows) where TRow : class => rows.Count == 0 ? null : rows[0];

    /// <summary>One page of a select, by keyset: nothing is shown twice or left out while rows come and go.</summary>
    /// <param name="select">The select without order and limit; it answers the columns of the row.</param>
    /// <param name="orderBy">Columns of the row that are never null, each with <c>desc</c> where meant; the key is added as the last.</param>
    /// <param name="after">The cursor from the page before, or null.</param>
    /// <param name="size">How many rows, at most <see cref="SizeMax"/>.</param>
    public Task<Page<TRow>> Page<TView, TRow>(FormattableString select, string orderBy, string? after, int? size, CancellationToken ct)
        where TView : IView<TRow> where TRow : class => Page<TRow>(select, orderBy, after, Size(size), ct);

    /// <summary>The same as an answer: a page as JSON, or all pages as CSV where the request says <c>Accept: text/csv</c> or <c>?format=csv</c>.</summary>
    public async Task<IResult> Answer<TView, TRow>(FormattableString select, string orderBy, string? after, int? size, CancellationToken ct)
        where TView : IView<TRow> where TRow : class => await Answer(TView.Name, (next, rows) => Page<TRow>(select, orderBy, next, rows, ct), after, size);

    /// <summary>The same for rows that are no view's, or are not read by one select.</summary>
    /// <param name="name">What the rows are called, for a file.</param>
    /// <param name="read">Reads a page: the cursor from the page before, and how many rows at most.</param>
    /// <param name="after">The cursor from the page before, or null.</param>
    /// <param name="size">How many rows, at most <see cref="SizeMax"/>.</param>
    public async Task<IResult> Answer<TRow>(string name, Func<string?, int, Task<Page<TRow>>> read, string? after, int? size) =>
        Csv.IsAskedFor(http.HttpContext!.Request)
            ? Csv.ToCsv(name, await read(after, CsvSize), next => read(next, CsvSize))
            : TypedResults.Ok(await read(after, Size(size)));

    /// <summary>All rows of a select; a row is a record whose columns are found by name, or one value.</summary>
    public async Task<IReadOnlyList<T>> Query<T>(FormattableString select, CancellationToken ct)
    {
        var command = await Command(select, ct);
        return await Guarded(() => command.Read<T>(ct));
    }

    /// <summary>One page of a select over rows that are no view's.</summary>
    /// <inheritdoc cref="Page{TView,TRow}"/>
    public async Task<Page<TRow>> Page<TRow>(FormattableString select, string orderBy, string? after, int size, CancellationToken ct) where TRow : class
    {
        var order = Keyset.Parse<TRow>(orderBy);
        var command = await Command(select, ct);
        command.CommandText = order.Wrap(command.CommandText, command.Parameters, after, size + 1);
        try
        {
            var rows = await Guarded(() => command.ReadBy(Columns<TRow>, ct));
            return new([.. rows.Take(size).Select(row => row.Row)], rows.Count <= size ? null : Keyset.Cursor(rows[size - 1].Cursor));
        }
        catch (PostgresException failure) when (after is not null && failure.SqlState.StartsWith("22", StringComparison.Ordinal))
        {
            throw Keyset.Invalid();
        }
    }

    /// <summary>The row and, in the last column, its cursor.</summary>
    static Func<NpgsqlDataReader, (TRow Row, string?[] Cursor)> Columns<TRow>(NpgsqlDataReader answer)
    {
        var row = Rows<TRow>.Reader(answer);
        return reader => (row(reader), reader.GetFieldValue<string?[]>(reader.FieldCount - 1));
    }

    async Task<NpgsqlCommand> Command(FormattableString select, CancellationToken ct)
    {
        var command = database.CreateCommand();
        command.CommandTimeout = settings.QuerySeconds;
        command.CommandText = string.Format(null, select.Format, [.. select.GetArguments().Select(value => new Hole(value, command.Parameters))]);
        await Passed([.. runner.Names.Where(name => Mentions(command.CommandText, name))], ct);
        return command;
    }

    /// <summary>Waits until these views have passed what the request asks for, as every query does for those that it names.</summary>
    /// <param name="names">The views.</param>
    /// <param name="beside">
    /// Whether what else the answer stands on has passed the position too; asked again while there is time.
    /// </param>
    /// <exception cref="ViewProblemException">503 <c>view.behind</c>: not in time.</exception>
    public async Task Passed(IReadOnlyCollection<string> names, CancellationToken ct, Func<Position, CancellationToken, Task<bool>>? beside = null)
    {
        var began = Stopwatch.GetTimestamp();
        TimeSpan Left() => Stopwatch.GetElapsedTime(began) is var spent && spent < Patience ? Patience - spent : TimeSpan.Zero;
        async Task<bool> Again()
        {
            await Task.Delay(AgainMs, ct);
            return Left() > TimeSpan.Zero;
        }

        var position = await Asked(ct);
        while (position is null && await Again())
        {
            position = await Asked(ct);
        }

        var passed = position is not null && await runner.Passed(names, position.Value, Left(), ct);
        while (passed && beside is not null && !await beside(position!.Value, ct))
        {
            passed = await Again();
        }

        if (!passed)
        {
            throw new ViewProblemException(503, "view.behind", "The list does not show the latest change yet. Ask again shortly.");
        }
    }

    /// <summary>Whether the request names in <c>At-Least</c> what it wants to see.</summary>
    public bool IsAtLeastAsked => AtLeastAsked.Length > 0;

    string AtLeastAsked => http.HttpContext?.Request.Headers[Http.AtLeast].ToString() ?? "";

    async Task<Position?> Asked(CancellationToken ct) => await Named(ct) is not { } named ? null : named < Cut ? Cut : named;

    async Task<Position?> Named(CancellationToken ct) => UpTo is { } position ? position : AtLeastAsked is not { Length: > 0 } header ? log.Newest
        : AtLeast.TryParse(header, out var asked) ? await log.Find(asked, ct)
        : throw new ViewProblemException(400, "at-least.invalid", $"{Http.AtLeast} is what a command answered in its header of that name.");

    static int Size(int? size) =>
        size is < 1 or > SizeMax ? throw new ViewProblemException(400, "page.size", $"A page has 1 to {SizeMax} rows.") : size ?? SizeDefault;

    static bool Mentions(string sql, string name)
    {
        for (var at = sql.IndexOf(name, StringComparison.Ordinal); at >= 0; at = sql.IndexOf(name, at + 1, StringComparison.Ordinal))
        {
            if (!IsWord(sql, at - 1) && !IsWord(sql, at + name.Length))
            {
                return true;
            }
        }

        return false;
    }

    static bool IsWord(string sql, int at) => at >= 0 && at < sql.Length && (char.IsAsciiLetterOrDigit(sql[at]) || sql[at] == '_');

    /// <summary>A view whose new columns are not there yet is behind, not broken.</summary>
    static async Task<T> Guarded<T>(Func<Task<T>> query)
    {
        try
        {
            return await query();
        }
        catch (PostgresException failure) when (failure.SqlState is PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.UndefinedColumn)
        {
            throw new ViewProblemException(503, "view.behind", $"The list is being rebuilt: {failure.MessageText}.");
        }
        catch (MissingColumnException missing)
        {
            throw new ViewProblemException(503, "view.behind", $"The list is being rebuilt: {missing.Message}.");
        }
    }

    sealed class Hole(object? value, NpgsqlParameterCollection parameters) : IFormattable
    {
        public string ToString(string? format, IFormatProvider? formatProvider)
        {
            if (format == "name")
            {
                return value is string name && name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '_')
                    ? name
                    : throw new FormatException($"'{value}' is not an identifier.");
            }

            if (value is FormattableString part)
            {
                return string.Format(null, part.Format, [.. part.GetArguments().Select(inner => new Hole(inner, parameters))]);
            }

            parameters.Add(new() { Value = value is Enum word ? JsonNamingPolicy.KebabCaseLower.ConvertName(word.ToString()) : value ?? DBNull.Value });
            return $"${parameters.Count}";
        }
    }
}

/// <summary>An answer that is not the list: see <see cref="Queries"/>.</summary>
public sealed class ViewProblemException(int status, string code, string detail) : Exception(detail)
{
    /// <summary>The HTTP status.</summary>
    public int Status => status;

    /// <summary>The stable code of the problem.</summary>
    public string Code => code;
}

/// <summary>Turns <see cref="ViewProblemException"/> into problem+json.</summary>
sealed class ViewProblems : IExceptionHandler
{
    public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        if (exception is not ViewProblemException problem)
        {
            return false;
        }

        if (problem.Status == StatusCodes.Status503ServiceUnavailable)
        {
            httpContext.Response.Headers.RetryAfter = "1";
        }

        await Problems.Write(httpContext, problem.Status, problem.Code, problem.Message);
        return true;
    }
}
