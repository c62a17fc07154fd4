// Each class runs the whole suite, eleven processes of it: one after the other.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
