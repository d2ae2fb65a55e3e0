// The wire format: types alone, those of graphtrace/model/wire.py, which says more about each.

/**
 * @template V
 * @typedef {object} WireHistory
 * @property {number[]} cursors
 * @property {V[]} values
 */

/**
 * @template V
 * @typedef {object} WireHistories
 * @property {number[]} cursors
 * @property {V[]} values
 * @property {number[]} keys
 */

/**
 * @template V
 * @typedef {object} WirePlaces
 * @property {number[]} cursors
 * @property {V[]} values
 * @property {number[]} keys
 * @property {number[]} input_nr
 */

/**
 * @typedef {object} WireGrads
 * @property {number[]} cursors
 * @property {TensorPosition[]} values
 * @property {number[]} keys
 * @property {number[]} first
 * @property {number[]} end
 * @property {boolean[]} zero
 * @property {number[]} count
 * @property {number[][]} added
 */

/**
 * @typedef {object} WirePairs
 * @property {number[]} keys
 * @property {number[]} values
 */

/**
 * @typedef {object} WireTensor
 * @property {number[]} shape
 * @property {string} dtype
 * @property {string} device
 * @property {number | string | null} norm
 * @property {number | string | null} min
 * @property {number | string | null} max
 * @property {number | string | null} mean
 * @property {string} [data]
 * @property {number[]} [sample]
 */

/**
 * @typedef {object} WireColumn
 * @property {number[]} cursors
 * @property {number[]} values
 */

/**
 * @typedef {object} WireEvents
 * @property {number[]} kind
 * @property {WireHistory<number>} step
 * @property {WireHistory<number | null>} graph
 * @property {WireColumn} node
 * @property {WireColumn} edge
 * @property {WireColumn} op
 * @property {WireColumn} leaf
 */

/**
 * @typedef {object} WireTables
 * @property {string[]} kinds
 * @property {Phase[]} phases
 * @property {NodeState[]} node_states
 * @property {SavedNow[]} saved_states
 */

/**
 * @typedef {object} WireRun
 * @property {Phase} phase
 * @property {number} start
 * @property {number} end
 * @property {number[]} counted
 */

/**
 * @typedef {object} WireOp
 * @property {string} name
 * @property {string} module
 * @property {[string, number, number | null, number | null]} [at]
 */

/**
 * @typedef {object} WireCodeLine
 * @property {string} file
 * @property {number} line
 * @property {string} text
 */

/**
 * @typedef {object} WireRule
 * @property {string} forward
 * @property {[string, string][]} lines
 */

/**
 * @typedef {object} WireOperands
 * @property {number[]} op
 * @property {string[]} name
 * @property {TensorPosition[]} tensor
 */

/**
 * @typedef {object} WireFormulas
 * @property {number[]} node
 * @property {number[]} rule
 * @property {(number | null)[][]} edges
 * @property {Record<string, number>[]} operands
 */

/**
 * @typedef {object} WireUpdateRule
 * @property {[text: string, result: string][]} lines
 * @property {string} note
 */

/**
 * @typedef {object} WireUpdates
 * @property {WireUpdateRule[]} rules
 * @property {number[]} cursors
 * @property {number[]} rule
 * @property {Record<string, number>[]} operands
 */

/**
 * @typedef {object} WireEdges
 * @property {number[]} source
 * @property {number[]} slot
 * @property {number[]} target
 * @property {number[]} input_nr
 */

/**
 * @typedef {object} WireGraph
 * @property {WireEdges} edges
 * @property {WirePairs} ops
 * @property {WirePairs} values
 * @property {number[]} given
 * @property {number[]} makers
 * @property {WireFormulas} formulas
 * @property {WireHistories<number>} nodes
 * @property {WireHistories<TensorPosition>} delivered
 * @property {WirePlaces<TensorPosition>} incoming
 * @property {WirePlaces<TensorPosition>} parts
 * @property {WireHistories<number>} saved
 */

/**
 * @typedef {object} WireDiagnosed
 * @property {string} title
 * @property {string} mark
 * @property {string} cause
 * @property {string[]} evidence
 * @property {string} repair
 */

/**
 * @typedef {object} WireDiagnosis
 * @property {string | null} mistake
 * @property {string | null} error
 * @property {number} cursor
 * @property {string} place
 * @property {number} line
 * @property {string} text
 * @property {(number | null)[]} nodes
 * @property {number | null} op
 * @property {Record<string, WireDiagnosed>} words
 * @property {[sign: string, line: number, text: string][]} [diff]
 */

/**
 * @typedef {object} WireOdd
 * @property {number} cursor
 * @property {string} word
 * @property {number | null} op
 * @property {number | null} graph
 * @property {number | null} node
 */

/**
 * @typedef {object} WireRecording
 * @property {number} length
 * @property {WireTables} tables
 * @property {string[]} leaves
 * @property {WireEvents} events
 * @property {WireRun[]} runs
 * @property {number[]} beats
 * @property {Record<string, string[]>} told
 * @property {WireHistory<number>} shown
 * @property {WireHistory<number>} running
 * @property {WireHistory<string>} error
 * @property {WireGrads} grads
 * @property {WireHistories<[TensorPosition, TensorPosition] | null>} params
 * @property {WireHistories<Skip | null>} skipped
 * @property {WireHistories<TensorPosition>} drawn
 * @property {WireHistories<TensorPosition[]>} outputs
 * @property {WireHistories<TensorPosition>} given
 * @property {WireGraph[]} graphs
 * @property {WireOp[]} ops
 * @property {WireCodeLine[]} code
 * @property {WireRule[]} rules
 * @property {WireUpdates} updates
 * @property {WireOperands} operands
 * @property {WireTensor[]} tensors
 * @property {Record<string, string[]>} sentences
 * @property {string[]} warnings
 * @property {WireDiagnosis | null} diagnosis
 * @property {WireOdd[]} odd
 * @property {([string, number, number, number] | null)[]} [places]
 */

/** @typedef {number | null} TensorPosition */
/** @typedef {"start" | "forward" | "backward" | "zero" | "edit" | "step" | "error"} Phase */
/** @typedef {"waiting" | "ready" | "running" | "done" | "not run"} NodeState */
/** @typedef {"no gradient" | "frozen"} Skip */
/** @typedef {"held" | "freed" | "stale"} SavedNow */

export {};
