// Keeps a fault in one part of the page from taking the rest with it.

import { Component, type ComponentChildren } from "preact";
import { Problem } from "../api/client";
import { ProblemBox } from "./asked";

/** `name` tells what is shown: with another one, the part is tried anew. */
interface BoundaryProps {
  name: string;
  children: ComponentChildren;
}

export class Boundary extends Component<BoundaryProps, { error: unknown; name: string }> {
  override state = { error: undefined as unknown, name: this.props.name };

  override componentDidCatch(error: unknown): void {
    console.error(error);
    this.setState({ error, name: this.props.name });
  }

  render() {
    const { error, name } = this.state;
    if (error === undefined || name !== this.props.name) return <>{this.props.children}</>;
    const problem = new Problem(-1, `The page made a mistake in showing this: ${String(error)}`);
    return <ProblemBox problem={problem} retry={() => this.setState({ error: undefined, name })} />;
  }
}
