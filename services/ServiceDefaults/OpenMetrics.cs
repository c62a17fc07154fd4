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
    readonly SortedDictionary<string, StringBuilder> families = new(StringComparer.Ordinal); // A family is told once, however many meters have it.
    readonly Lock gate = new();

    public Func<int, bool>? Collect { get; set; }

    public string Scrape()
    {
        lock (gate)
        {
            families.Clear();
            Collect?.Invoke(CollectMs);
            return string.Concat(families.Values) + "# EOF\n";
        }
    }

    public override ExportResult Export(in Batch<Metric> batch)
    {
        foreach (var metric in batch)
        {
            var isCounter = metric.MetricType is MetricType.LongSum or MetricType.DoubleSum;
            var name = Family(metric, isCounter);
            if (!families.TryGetValue(name, out var text))
            {
                var type = isCounter ? "counter" : metric.MetricType == MetricType.Histogram ? "histogram" : "gauge";
                families[name] = text = new($"# TYPE {name} {type}\n# HELP {name} {Escape(metric.Description)}\n");
            }

            foreach (ref readonly var point in metric.GetMetricPoints())
            {
                Append(text, isCounter ? name + "_total" : name, metric, point);
            }
        }

        return ExportResult.Success;
    }

    static void Append(StringBuilder text, string name, Metric metric, in MetricPoint point)
    {
        var labels = $"otel_scope_name=\"{Escape(metric.MeterName)}\"";
        foreach (var tag in point.Tags)
        {
            labels += $",{Clean(tag.Key)}=\"{Escape(Convert.ToString(tag.Value, CultureInfo.InvariantCulture))}\"";
        }

        if (metric.MetricType == MetricType.Histogram)
        {
            long below = 0;
            foreach (var bucket in point.GetHistogramBuckets())
            {
                Line(text, name + "_bucket", $"{labels},le=\"{Number(bucket.ExplicitBound)}\"", below += bucket.BucketCount);
            }

            Line(text, name + "_sum", labels, point.GetHistogramSum());
            Line(text, name + "_count", labels, point.GetHistogramCount());
            return;
        }

        Line(text, name, labels, metric.MetricType switch
        {
            MetricType.LongSum or MetricType.LongSumNonMonotonic => point.GetSumLong(),
            MetricType.DoubleSum or MetricType.DoubleSumNonMonotonic => point.GetSumDouble(),
            MetricType.LongGauge => point.GetGaugeLastValueLong(),
            _ => point.GetGaugeLastValueDouble(),
        });
    }

    static void Line(StringBuilder text, string name, string labels, double value) => text.Append(CultureInfo.InvariantCulture, $"{name}{{{labels}}} {Number(value)}\n");

    static string Family(Metric metric, bool isCounter)
    {
        var name = Clean(metric.Name);
        var unit = metric.Unit switch { "s" => "_seconds", "ms" => "_milliseconds", "By" => "_bytes", "" or "1" or "ea" or ['{', ..] => "", var other => "_" + Clean(other) };
        name = name.EndsWith(unit, StringComparison.Ordinal) ? name : name + unit;
        return isCounter && name.EndsWith("_total", StringComparison.Ordinal) ? name[..^"_total".Length] : name;
    }

    static string Clean(string name) => string.Concat(name.Select(letter => char.IsAsciiLetterOrDigit(letter) ? letter : '_'));
    static string Escape(string? value) => (value ?? "").Replace("\\", @"\\").Replace("\"", "\\\"").Replace("\n", "\\n");
    static string Number(double value) => double.IsPositiveInfinity(value) ? "+Inf" : value.ToString("R", CultureInfo.InvariantCulture);
}
