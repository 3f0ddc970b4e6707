import Foundation
import Testing

extension Trait where Self == ConditionTrait {
    /// For what takes every core, or measures time: other tests beside it would wait for it, and it for them.
    /// `make test` runs these after all others.
    static var alone: Self {
        .enabled(
            if: ProcessInfo.processInfo.environment["DEPOSITWATCH_ALONE"] != nil,
            "runs alone: DEPOSITWATCH_ALONE=1 swift test --no-parallel --filter 'OutageTests|ManyEndpointTests'"
        )
    }
}
