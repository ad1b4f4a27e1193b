extension ChatTemplate {
  /// Names of the ways to write a conversation that need no file.
  public static var builtInNames: [String] { builtIns.map(\.name) }

  /// The template of a built-in name; nil for another one.
  public static func builtIn(_ name: String) -> ChatTemplate? {
    builtIns.first { $0.name == name }.map { ChatTemplate($0.source, name: $0.name) }
  }

  /// Sources: the formats as the models' makers describe them. `plain` names the roles in words.
  private static let builtIns: [(name: String, source: String)] = [
    (
      "chatml",
      """
      {%- for message in messages -%}
      {{ '<|im_start|>' + message.role + '\\n' + message.content + '<|im_end|>\\n' }}
      {%- endfor -%}
      {{ '<|im_start|>assistant\\n' if add_generation_prompt }}
      """
    ),
    (
      "llama2",
      """
      {%- set head = namespace(text='') -%}
      {%- for message in messages -%}
      {%- if message.role == 'system' and loop.first -%}
      {%- set head.text = '<<SYS>>\\n' + message.content + '\\n<</SYS>>\\n\\n' -%}
      {%- elif message.role == 'user' -%}
      {{ bos_token + '[INST] ' + head.text + message.content + ' [/INST]' }}
      {%- set head.text = '' -%}
      {%- elif message.role == 'assistant' -%}
      {{ ' ' + message.content + ' ' + eos_token }}
      {%- else -%}
      {{ raise_exception('llama2 knows a first system turn, users and assistants') }}
      {%- endif -%}
      {%- endfor -%}
      """
    ),
    (
      "llama3",
      """
      {{- bos_token -}}
      {%- for message in messages -%}
      {{ '<|start_header_id|>' + message.role + '<|end_header_id|>\\n\\n' + message.content + '<|eot_id|>' }}
      {%- endfor -%}
      {{ '<|start_header_id|>assistant<|end_header_id|>\\n\\n' if add_generation_prompt }}
      """
    ),
    (
      "mistral",
      """
      {{- bos_token -}}
      {%- set head = namespace(text='') -%}
      {%- for message in messages -%}
      {%- if message.role == 'system' and loop.first -%}
      {%- set head.text = message.content + '\\n\\n' -%}
      {%- elif message.role == 'user' -%}
      {{ '[INST] ' + head.text + message.content + ' [/INST]' }}
      {%- set head.text = '' -%}
      {%- elif message.role == 'assistant' -%}
      {{ ' ' + message.content + eos_token }}
      {%- else -%}
      {{ raise_exception('mistral knows a first system turn, users and assistants') }}
      {%- endif -%}
      {%- endfor -%}
      """
    ),
    (
      "zephyr",
      """
      {%- for message in messages -%}
      {{ '<|' + message.role + '|>\\n' + message.content + eos_token + '\\n' }}
      {%- endfor -%}
      {{ '<|assistant|>\\n' if add_generation_prompt }}
      """
    ),
    (
      "plain",
      """
      {{- bos_token if bos_token is defined -}}
      {%- for message in messages -%}
      {{ message.role | capitalize + ': ' + message.content }}
      {%- if message.role == 'assistant' -%}{{ eos_token if eos_token is defined }}{%- endif -%}
      {{ '\\n\\n' }}
      {%- endfor -%}
      {{ 'Assistant: ' if add_generation_prompt }}
      """
    ),
  ]
}
