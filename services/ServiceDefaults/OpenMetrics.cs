using System.Globalization;
using System.Text;
using OpenTelemetry;
using OpenTelemetry.Metrics;

namespace CrmSuite.ServiceDefaults;

/// <summary>Metrics as OpenMetrics text, pulled by whoever scrapes.</summary>
[ExportModes(ExportModes.Pull)]
sealed class OpenMetrics : BaseExporter<Metric>, IPullMetricExporter
{
    public const string ContentType = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    const int CollectMs = 3_000;

    readonly StringBuilder text = new();
    readonly Lock gate = new();

    public Func<int, bool>? Collect { get; set; }

    public string Scrape()
    {
        lock (gate)
        {
            text.Clear();
            Collect?.Invoke(CollectMs);
            return text.Append("# EOF\n").ToString();
        }
    }

    public override ExportResult Export(in Batch<Metric> batch)
    {
        // Two meters may use one name; a family may be told only once.
        foreach (var family in Enumerate(batch).GroupBy(Family))
        {
            Append(family.Key, [.. family]);
        }

        return ExportResult.Success;
    }

    static List<Metric> Enumerate(in Batch<Metric> batch)
    {
        var metrics = new List<Metric>();
        foreach (var metric in batch)
        {
            metrics.Add(metric);
        }

        return metrics;
    }

    void Append(string family, IReadOnlyList<Metric> metrics)
    {
        var first = metrics[0];
        var type = IsCounter(first) ? "counter" : first.MetricType == MetricType.Histogram ? "histogram" : "gauge";
        text.Append("# TYPE ").Append(family).Append(' ').Append(type).Append('\n');
        if (first.Description is { Length: > 0 })
        {
            text.Append("# HELP ").Append(family).Append(' ').Append(Escape(first.Description)).Append('\n');
        }

        foreach (var metric in metrics)
        {
            foreach (ref readonly var point in metric.GetMetricPoints())
            {
                Append(IsCounter(metric) ? family + "_total" : family, metric, point);
            }
        }
    }

    void Append(string name, Metric metric, in MetricPoint point)
    {
        var labels = Labels(metric, point);
        switch (metric.MetricType)
        {
            case MetricType.LongSum or MetricType.LongSumNonMonotonic: Line(name, labels, point.GetSumLong()); break;
            case MetricType.DoubleSum or MetricType.DoubleSumNonMonotonic: Line(name, labels, point.GetSumDouble()); break;
            case MetricType.LongGauge: Line(name, labels, point.GetGaugeLastValueLong()); break;
            case MetricType.DoubleGauge: Line(name, labels, point.GetGaugeLastValueDouble()); break;
            case MetricType.Histogram: Histogram(name, labels, point); break;
        }
    }

    void Histogram(string name, string labels, in MetricPoint point)
    {
        long below = 0;
        foreach (var bucket in point.GetHistogramBuckets())
        {
            below += bucket.BucketCount;
            Line(name + "_bucket", $"{labels},le=\"{Number(bucket.ExplicitBound)}\"", below);
        }

        Line(name + "_sum", labels, point.GetHistogramSum());
        Line(name + "_count", labels, point.GetHistogramCount());
    }

    void Line(string name, string labels, double value) => text.Append(name).Append('{').Append(labels).Append("} ").Append(Number(value)).Append('\n');

    static string Labels(Metric metric, in MetricPoint point)
    {
        var labels = new StringBuilder($"otel_scope_name=\"{Escape(metric.MeterName)}\"");
        foreach (var tag in point.Tags)
        {
            labels.Append(CultureInfo.InvariantCulture, $",{Clean(tag.Key)}=\"{Escape(Convert.ToString(tag.Value, CultureInfo.InvariantCulture) ?? "")}\"");
        }

        return labels.ToString();
    }

    static bool IsCounter(Metric metric) => metric.MetricType is MetricType.LongSum or MetricType.DoubleSum;

    static string Family(Metric metric)
    {
        var name = Clean(metric.Name);
        var unit = metric.Unit switch { "s" => "_seconds", "ms" => "_milliseconds", "By" => "_bytes", "" or "1" or "ea" or ['{', ..] => "", var other => "_" + Clean(other) };
        name = name.EndsWith(unit, StringComparison.Ordinal) ? name : name + unit;
        return IsCounter(metric) && name.EndsWith("_total", StringComparison.Ordinal) ? name[..^"_total".Length] : name;
    }

    static string Clean(string name) => string.Concat(name.Select(letter => char.IsAsciiLetterOrDigit(letter) ? letter : '_'));

    static string Escape(string value) => value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);

    static string Number(double value) => double.IsPositiveInfinity(value) ? "+Inf" : value.ToString("R", CultureInfo.InvariantCulture);
}
